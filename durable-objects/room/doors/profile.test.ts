import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { directRoom } from "../../../contracts/names.ts";
import type { ProfilePatch } from "../../../contracts/rooms.ts";
import { freshNumber, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { evict } from "../test-changes.ts";
import { join } from "../test-room.ts";
import { openRoom, readNotes } from "../test-rooms.ts";

const everything: Required<Omit<ProfilePatch, "visibility" | "archived">> = {
  title: "Tea",
  topic: "and cake\nat five",
  whoMayPost: "members",
  whoMayInvite: "members",
  slowModeSeconds: 3,
  newcomersSeeHistory: false,
  retention: { maxAgeSeconds: 3_600, maxMessages: 100 },
};

describe("a new room", () => {
  it("[RO1] begins with its profile and its members, without an event, also after eviction", async () => {
    const cy = await signIn("Cy");
    const draft = { ...everything, members: [{ id: cy.userId, name: "Cy" }] };
    const { name, room, owner } = await openRoom("private", draft);
    for (let i = 0; i < 2; i++) {
      const described = valueIn(await room.describe(cy));
      expect(described).toMatchObject({ ...everything, visibility: "private", archived: false });
      expect(described).toMatchObject({ head: 0, members: 2, role: "member", kind: "named" });
      expect(valueIn(await room.members(cy))).toEqual(
        expect.arrayContaining([
          { userId: owner.userId, name: "Owner", role: "owner" },
          { userId: cy.userId, name: "Cy", role: "member" },
        ]),
      );
      await evict(name);
    }
    expect(valueIn(await room.send(cy, { body: "first" }))).toMatchObject({ seq: 1 });
    expect(valueIn(await room.history(cy, { after: 0, limit: 9 })).events).toMatchObject([{ seq: 1, body: "first" }]);
  });

  it("[RO1] that exists already keeps its profile and its members", async () => {
    const { room, owner, eve } = await openRoom("listed", { title: "Tea" });
    const again = await room.create(eve, "private", { title: "Mine", members: [{ id: eve.userId, name: "Eve" }] });
    expect(again).toMatchObject({ failure: "nameTaken" });
    expect(valueIn(await room.describe(eve))).toMatchObject({ title: "Tea", visibility: "listed", role: null });
    expect(valueIn(await room.members(owner))).toHaveLength(1);
  });
});

describe("a change of a profile", () => {
  it("[RO4] is one event with what differs, and stays through an eviction", async () => {
    const { name, room, owner, log } = await openRoom();
    const described = valueIn(await room.configure(owner, { ...everything, archived: false }));
    expect(described).toMatchObject(everything);
    expect(await log()).toMatchObject([{ seq: 1, kind: "room", from: { name: "Owner" }, room: everything }]);
    expect((await log())[0]?.room).not.toHaveProperty("archived");
    await evict(name);
    expect(valueIn(await room.describe(owner))).toMatchObject(everything);
    expect(await readNotes(name)).toMatchObject([{ actor: owner.userId, action: "configure" }]);
  });

  it("[RO4] that changes nothing is no event", async () => {
    const { room, owner, log } = await openRoom("listed", everything);
    for (const patch of [{}, everything, { visibility: "listed", archived: false }] as const) {
      expect(valueIn(await room.configure(owner, patch))).toMatchObject({ head: 0 });
    }
    expect(await log()).toEqual([]);
  });

  it("[RO4] is told live to who is there, and an old title is nowhere lost: the name and the log stay", async () => {
    const { name, room, owner, ann } = await openRoom("listed", { title: "Old" });
    await room.send(ann, { id: "1", body: "hi" });
    const { socket } = await join(name, ann);
    const { epoch } = valueIn(await room.configure(owner, { title: "New" }));
    expect(await socket.next("events")).toMatchObject({ events: [{ kind: "room", room: { title: "New" } }] });
    expect(valueIn(await room.send(ann, { id: "1", body: "hi" }))).toMatchObject({ epoch, seq: 1, duplicate: true });
  });

  it("[RO4] title and topic are the owner's and moderators', the rest the owner's, and all of it or nothing", async () => {
    const { room, owner, ann, bob, eve } = await openRoom();
    await room.addMember(owner, ann.userId, "moderator");
    await room.addMember(owner, bob.userId);
    expect(await room.configure(ann, { title: "A", topic: "B" })).toMatchObject({ ok: true });
    expect(await room.configure(ann, { title: "C", slowModeSeconds: 5 })).toMatchObject({ failure: "forbidden" });
    for (const somebody of [bob, eve]) {
      for (const patch of [{ title: "C" }, { topic: "" }, { archived: true }, { visibility: "private" }] as const) {
        expect(await room.configure(somebody, patch)).toMatchObject({ failure: "forbidden" });
      }
    }
    expect(valueIn(await room.describe(owner))).toMatchObject({ title: "A", topic: "B", slowModeSeconds: 0 });
  });

  it("[RO4] is not for numbered rooms and conversations, nor for rooms that nobody created", async () => {
    const [ann, bob] = await Promise.all([signIn(), signIn()]);
    for (const name of [freshNumber(), directRoom(ann.userId, bob.userId)]) {
      expect(await roomOf(name).configure(ann, { title: "Mine" })).toMatchObject({ failure: "forbidden" });
    }
    expect(await roomOf(`none ${freshNumber()}`).configure(ann, { title: "x" })).toMatchObject({ failure: "notFound" });
  });

  it("[RO4] that cannot be written changes nothing, in memory neither", async () => {
    const { name, room, owner, ann } = await openRoom();
    await runInDurableObject(env.ROOM.getByName(name), async (object, { storage }) => {
      storage.sql.exec("CREATE TRIGGER poison BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no'); END");
      await expect(object.configure(owner, { visibility: "private", title: "x" })).rejects.toThrow("no");
      await expect(object.addMember(owner, ann.userId)).rejects.toThrow("no");
      storage.sql.exec("DROP TRIGGER poison");
    });
    expect(valueIn(await room.describe(ann))).toMatchObject({
      visibility: "listed",
      title: "",
      members: 1,
      role: null,
    });
    expect(await readNotes(name)).toEqual([]);
  });
});

describe("a room that becomes private", () => {
  it("[RO4] keeps its members, and closes the sockets of everybody else", async () => {
    const { name, room, owner, ann, eve } = await openRoom();
    valueIn(await room.join(ann, null));
    const [member, guest] = [await join(name, ann), await join(name, eve)];
    valueIn(await room.configure(owner, { visibility: "private" }));
    expect(await guest.socket.closed).toMatchObject({ code: 4503 });
    expect(await room.history(eve, { after: 0, limit: 1 })).toMatchObject({ failure: "forbidden" });
    valueIn(await room.send(ann, { body: "still here" }));
    while ((await member.socket.next("events")).events.at(-1)?.body !== "still here");
  });
});

describe("an archived room", () => {
  it("[RO4] is read by whom it was, and its owner alone takes it back", async () => {
    const { room, owner, ann } = await openRoom();
    await room.addMember(owner, ann.userId, "moderator");
    await room.send(ann, { body: "before" });
    valueIn(await room.configure(owner, { archived: true }));
    expect(valueIn(await room.history(ann, { after: 0, limit: 9 })).events).toHaveLength(3);
    expect(await room.configure(ann, { archived: false })).toMatchObject({ failure: "forbidden" });
    expect(valueIn(await room.configure(owner, { archived: false }))).toMatchObject({ archived: false });
  });
});
