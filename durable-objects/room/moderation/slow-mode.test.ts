import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { valueIn } from "../../lib/test-people.ts";
import { join } from "../test-room.ts";
import { SlowMode } from "./slow-mode.ts";
import { edit, evict, FORBIDDEN, openClub, react, readLog, remove, setProfile } from "./test-club.ts";

describe("slow mode", () => {
  const slowed = async () => {
    const club = await openClub();
    await setProfile(club.name, { slowModeSeconds: 600 });
    return club;
  };

  it("[MO13] one message of a user in the time, of everybody else too; owner and moderators write on", async () => {
    const { room, owner, moderator, member, guest } = await slowed();
    for (const by of [member, guest]) {
      expect(await room.send(by, { body: "one" })).toMatchObject({ ok: true });
      const refused = await room.send(by, { body: "two" });
      expect(refused).toMatchObject({ failure: "rateLimited" });
      expect(refused.ok || refused.retryAfterMs).toBeGreaterThan(590_000);
      expect(refused.ok || refused.retryAfterMs).toBeLessThanOrEqual(600_000);
    }
    for (const by of [owner, moderator]) {
      for (const body of ["one", "two"]) expect(await room.send(by, { body })).toMatchObject({ ok: true });
    }
  });

  it("[MO13] the time is known after eviction, and a deleted message gives none back", async () => {
    const { name, room, member } = await slowed();
    const { seq } = valueIn(await room.send(member, { body: "one" }));
    await room.change(member, remove(seq));
    await evict(name);
    expect(await room.send(member, { body: "two" })).toMatchObject({ failure: "rateLimited" });
  });

  it("[MO13] what does not stand on the log costs no turn: refused messages, and repeats of what stands", async () => {
    const { room, member, reader } = await slowed();
    expect(await room.send(member, { body: "x", replyTo: 77 })).toMatchObject({ failure: "badRequest" });
    expect(await room.send(reader, { body: "x" })).toMatchObject(FORBIDDEN);
    const sent = valueIn(await room.send(member, { id: "a", body: "one" }));
    expect(await room.send(member, { id: "a", body: "one" })).toEqual({
      ok: true,
      value: { ...sent, duplicate: true },
    });
    expect(await room.send(member, { body: "two" })).toMatchObject({ failure: "rateLimited" });
    for (const change of [edit(1), react(1)]) expect(await room.change(member, change)).toMatchObject({ ok: true });
  });

  it("[MO13] a message that follows the repeat of one from long before is on time", async () => {
    const { name, room, member } = await slowed();
    await room.send(member, { id: "a", body: "one" });
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
      storage.sql.exec("UPDATE event SET at = at - 601000");
    });
    await evict(name);
    const { socket } = await join(name, member);
    socket.send({ type: "send", id: "a", body: "one" }, { type: "send", id: "b", body: "two" });
    expect(await socket.next("ok")).toMatchObject({ id: "a", duplicate: true });
    expect(await socket.next("ok")).toMatchObject({ id: "b", seq: 2 });
  });

  it("[MO13] a repeat in the frame of a message does not give that turn back", async () => {
    const { name, room, member } = await slowed();
    await room.send(member, { id: "a", body: "one" });
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
      storage.sql.exec("UPDATE event SET at = at - 601000");
    });
    await evict(name);
    const { socket } = await join(name, member);
    socket.send({ type: "send", id: "a", body: "one" }, { type: "send", id: "b", body: "two" });
    for (const id of ["a", "b"]) expect(await socket.next("ok")).toMatchObject({ id });
    expect(await room.send(member, { body: "three" })).toMatchObject({ failure: "rateLimited" });
  });

  it("[MO13] a turn outlasts what makes the room believe its log again, however far back its message is by then", async () => {
    const { name } = await slowed();
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
      const slow = new SlowMode(storage.sql);
      expect(slow.claim(7, 600_000, 1_000_000)).toBe(0);
      slow.settle(7, true);
      storage.sql.exec(
        `WITH RECURSIVE n (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < 2000)
         INSERT INTO event (seq, kind, actor, at, message_no, body) SELECT seq, 'message', 8, 1000000, seq, 'x' FROM n`,
      );
      slow.forget();
      expect([7, 8].map((userId) => slow.claim(userId, 600_000, 1_000_001))).toEqual([599_999, 599_999]);
    });
  });

  it("[MO13] of messages in one frame the first stands", async () => {
    const { name, member } = await slowed();
    const { socket } = await join(name, member);
    socket.send(...["a", "b", "c"].map((id) => ({ type: "send", id, body: id })));
    const errors = [await socket.next("refused"), await socket.next("refused")];
    expect(errors).toMatchObject([
      { id: "b", failure: "rateLimited", retryAfterMs: expect.any(Number) },
      { id: "c", failure: "rateLimited" },
    ]);
    expect((await readLog(name, member)).map(({ body }) => body)).toEqual(["a"]);
  });
});
