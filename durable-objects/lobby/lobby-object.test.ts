import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";

/** A lobby of the test's own. */
function openLobby() {
  const lobby = env.LOBBY.getByName(`lobby ${crypto.randomUUID()}`);
  const list = (room: string, stamp: number, title = "", topic = "", members = 1) =>
    lobby.list({ room, title, topic, members }, stamp);
  const names = async (text = "", after = "", limit = 10) =>
    (await lobby.search({ text, after, limit })).rooms.map(({ room }) => room);
  return { lobby, list, names };
}

it("[RO12] a lobby that was never told of a room is empty, and keeps what it was told through an eviction", async () => {
  const { lobby, list } = openLobby();
  expect(await lobby.search({ text: "", after: "", limit: 10 })).toEqual({ rooms: [], more: false });
  await list("tea", 1, "Tea", "leaves", 3);
  await evictDurableObject(lobby);
  expect(await lobby.search({ text: "", after: "", limit: 10 })).toEqual({
    rooms: [{ room: "tea", title: "Tea", topic: "leaves", members: 3 }],
    more: false,
  });
});

it("[RO12] news that comes late changes nothing, in whichever order it comes, also after an eviction", async () => {
  const { lobby, list, names } = openLobby();
  await list("tea", 5, "new");
  await list("tea", 4, "old");
  expect(await names("new")).toEqual(["tea"]);
  await lobby.unlist("tea", 6);
  await evictDurableObject(lobby);
  await list("tea", 5, "late");
  await lobby.unlist("tea", 3);
  expect(await names()).toEqual([]);
  await list("tea", 7, "again");
  expect(await names("again")).toEqual(["tea"]);
});

it("[RO12] name, title and topic are searched whatever the case, as text and not as a pattern", async () => {
  const { list, names } = openLobby();
  await list("Straße", 1, "Über 100%", "a_b\nsecond line");
  await list("tea", 1, "Kaffee", "");
  for (const text of ["STRASSE", "strasse", "über", "ÜBER", "100%", "A_B", "Second Line", "ß"]) {
    expect(await names(text)).toEqual(["Straße"]);
  }
  for (const text of ["%", "_"]) expect(await names(text)).toEqual(["Straße"]);
  for (const text of ["x%x", "tee", "'; --", "\\"]) expect(await names(text)).toEqual([]);
  expect(await names("")).toEqual(["Straße", "tea"]);
});

it("[RO12] pages follow each other by name, each room on one of them", async () => {
  const { lobby, list } = openLobby();
  const all = Array.from({ length: 7 }, (_, i) => `room ${i}`);
  for (const room of all.toReversed()) await list(room, 1);
  await list("other", 1);
  await lobby.unlist("room 6", 2);
  const seen: string[] = [];
  for (let more = true; more; ) {
    const page = await lobby.search({ text: "ROOM", after: seen.at(-1) ?? "", limit: 2 });
    expect(page.rooms.length).toBeLessThanOrEqual(2);
    seen.push(...page.rooms.map(({ room }) => room));
    more = page.more;
  }
  expect(seen).toEqual(all.slice(0, 6));
});

it("[RO12] what is gone is forgotten a day later", async () => {
  const { lobby, list, names } = openLobby();
  await list("tea", 1);
  await lobby.unlist("tea", 2);
  await lobby.unlist("coffee", 86_400_003);
  await list("tea", 1);
  expect(await names()).toEqual(["tea"]);
});
