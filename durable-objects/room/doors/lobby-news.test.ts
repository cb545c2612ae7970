import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { directRoom } from "../../../contracts/names.ts";
import { LOBBY_NAME } from "../../../contracts/objects.ts";
import { freshNumber, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { evict } from "../test-changes.ts";
import { openRoom } from "../test-rooms.ts";

/** How the lobby shows a room. */
async function shown(name: string) {
  const { rooms } = await env.LOBBY.getByName(LOBBY_NAME).search({ text: name, after: "", limit: 2 });
  return rooms;
}

/** When the room tells the lobby again. */
function dueAt(name: string): Promise<number | null> {
  return runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
    const [row] = storage.sql.exec<{ due_at: number }>("SELECT due_at FROM job WHERE kind = 'lobby'");
    return row?.due_at ?? null;
  });
}

/** Lets the job of the lobby run now. */
async function makeDue(name: string): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
    storage.sql.exec("UPDATE job SET due_at = 0 WHERE kind = 'lobby'");
  });
  await runDurableObjectAlarm(env.ROOM.getByName(name));
}

it("[RO12] a listed room is shown at once, as it is now, and told again when that changes", async () => {
  const { name, room, owner } = await openRoom("listed", { title: "Tea", topic: "cake" });
  await expect.poll(() => shown(name)).toEqual([{ room: name, title: "Tea", topic: "cake", members: 1 }]);
  valueIn(await room.configure(owner, { title: "Coffee" }));
  await expect.poll(() => shown(name)).toMatchObject([{ title: "Coffee" }]);
  valueIn(await room.configure(owner, { visibility: "unlisted" }));
  await expect.poll(() => shown(name)).toEqual([]);
  valueIn(await room.configure(owner, { visibility: "listed" }));
  await expect.poll(() => shown(name)).toHaveLength(1);
  valueIn(await room.configure(owner, { archived: true }));
  await expect.poll(() => shown(name)).toEqual([]);
  valueIn(await room.configure(owner, { archived: false }));
  await expect.poll(() => shown(name)).toHaveLength(1);
});

it("[RO12] a room that was deleted is shown no more, and its next life is, also when it sleeps in between", async () => {
  const { name, room, owner } = await openRoom("listed", { title: "old" });
  await expect.poll(() => shown(name)).toHaveLength(1);
  valueIn(await room.delete(owner));
  await evict(name);
  await expect.poll(() => shown(name)).toEqual([]);
  valueIn(await room.create(owner, "listed", { title: "new" }));
  await expect.poll(() => shown(name)).toMatchObject([{ title: "new" }]);
});

it("[RO12] members are counted at most every 10 s", async () => {
  const { name, room, ann, bob } = await openRoom();
  await expect.poll(() => dueAt(name)).toBeNull();
  const before = Date.now();
  valueIn(await room.join(ann, null));
  const due = await dueAt(name);
  expect(due).toBeGreaterThanOrEqual(before + 10_000);
  valueIn(await room.join(bob, null));
  expect(await dueAt(name)).toBe(due);
  expect(await shown(name)).toMatchObject([{ members: 1 }]);
  await makeDue(name);
  await expect.poll(() => shown(name)).toMatchObject([{ members: 3 }]);
});

it("[RO12] what is not listed tells the lobby nothing, its name neither", async () => {
  const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
  const { name, room, owner } = await openRoom("private");
  valueIn(await room.addMember(owner, ann.userId));
  valueIn(await room.configure(owner, { title: "secret" }));
  const number = freshNumber();
  valueIn(await roomOf(number).join(ann, null));
  const pair = directRoom(ann.userId, bob.userId);
  valueIn(await roomOf(pair).send(ann, { body: "hi" }));
  for (const one of [name, number, pair]) {
    expect(await dueAt(one)).toBeNull();
    const known = await runInDurableObject(env.LOBBY.getByName(LOBBY_NAME), (_, { storage }) =>
      storage.sql.exec("SELECT 1 FROM room WHERE name = ?", one).toArray(),
    );
    expect(known).toEqual([]);
  }
});

it("[RO12] a lobby that is away is told later", async () => {
  const { name, room, owner } = await openRoom();
  await expect.poll(() => shown(name)).toHaveLength(1);
  await runInDurableObject(env.LOBBY.getByName(LOBBY_NAME), (_, { storage }) => {
    storage.sql.exec(
      `CREATE TRIGGER away BEFORE UPDATE ON room WHEN NEW.name = '${name}' BEGIN SELECT RAISE(ABORT, 'away'); END`,
    );
  });
  valueIn(await room.configure(owner, { title: "later" }));
  const failures = () =>
    runInDurableObject(env.ROOM.getByName(name), (_, { storage }) =>
      storage.sql.exec("SELECT 1 FROM job WHERE kind = 'lobby' AND failures > 0").toArray(),
    );
  await expect.poll(failures).toHaveLength(1);
  await runInDurableObject(env.LOBBY.getByName(LOBBY_NAME), (_, { storage }) => {
    storage.sql.exec("DROP TRIGGER away");
  });
  await makeDue(name);
  await expect.poll(() => shown(name)).toMatchObject([{ title: "later" }]);
});
