import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { RoomEvent } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { roomOf, valueIn } from "../lib/test-people.ts";
import { ANN } from "./test-bench.ts";
import { begin, evict, readLog, withLog } from "./test-changes.ts";
import { join } from "./test-room.ts";

describe("edits", () => {
  it("[ED1] an edit is an event with a seq of its own, and no message more", async () => {
    const { room, ann, edit } = await begin();
    expect(await edit("second")).toMatchObject({ value: { seq: 2, duplicate: false } });
    await roomOf(room).send(ann, { body: "next" });
    expect(await readLog(room, ann)).toMatchObject([
      { seq: 1, kind: "message", messageNo: 1 },
      { seq: 2, kind: "edit", messageNo: 1, target: 1, from: { name: "Ann" } },
      { seq: 3, kind: "message", messageNo: 2, body: "next" },
    ]);
    expect((await join(room, ann)).welcome.you.unread).toBe(2);
  });

  it("[ED2] the log says what is true now, from memory and from disk, and on every way of reading it", async () => {
    const { room, ann, edit } = await begin();
    await edit("second");
    await edit("third");
    const wanted = [
      { seq: 1, kind: "message", body: "third", editedAt: expect.any(Number) },
      { seq: 2, kind: "edit", target: 1 },
      { seq: 3, kind: "edit", target: 1, body: "third" },
    ];
    for (const evicted of [false, true]) {
      if (evicted) await evict(room);
      const log = await readLog(room, ann);
      expect(log).toMatchObject(wanted);
      expect(log[1]).not.toHaveProperty("body");
      expect(valueIn(await roomOf(room).history(ann, { before: 4, limit: 9 })).events).toEqual(log);
      expect((await roomOf(room).pull("a carrier", 0)).events).toEqual(log);
      const { epoch } = valueIn(await roomOf(room).describe(ann));
      const { socket } = await join(room, ann, { epoch, seq: 0 });
      const resumed: RoomEvent[] = [];
      while (resumed.length < log.length) resumed.push(...(await socket.next("events")).events);
      expect(resumed).toEqual(log);
    }
  });

  it("[ED2] the row of an edit has no text: it is the message's", async () => {
    const { room, edit } = await begin();
    await edit("second");
    await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
      const rows = storage.sql.exec("SELECT kind, target, body FROM event ORDER BY seq").toArray();
      expect(rows).toEqual([
        { kind: "message", target: null, body: "second" },
        { kind: "edit", target: 1, body: null },
      ]);
    });
  });

  it("[ED2] edits of one message in one batch leave one text, in the order of the log", async () => {
    await withLog((log) => {
      const edits = ["a", "b", "c"].map(
        (body) => ({ from: ANN, change: { type: "edit", seq: 1, body }, standing: "guest" }) as const,
      );
      const replies = log.append([{ from: ANN, message: { body: "first" } }, ...edits], 0);
      expect(replies).toMatchObject([1, 2, 3, 4].map((seq) => ({ value: { seq } })));
      const events = log.after(0, 9, 999).map(({ json }) => JSON.parse(json) as RoomEvent);
      expect(events.map(({ body }) => body)).toEqual(["c", undefined, undefined, "c"]);
      expect(log.page({ before: 9, limit: 9 }).events).toEqual(events);
    });
  });

  it("[ED3] an edit to what the message says already takes no seq", async () => {
    const { room, ann, edit } = await begin();
    expect(await edit("first")).toMatchObject({ value: { seq: 1, duplicate: true } });
    expect(await readLog(room, ann)).toHaveLength(1);
  });

  it("[ED4] an id stands for one change of one message, also after the message changed again and the room slept", async () => {
    const { room, ann, edit, change } = await begin();
    await edit("second", "e1");
    await edit("third", "e2");
    await change(ann, { type: "delete", seq: 1, id: "d" });
    for (const evicted of [false, true]) {
      if (evicted) await evict(room);
      expect(await edit("second", "e1")).toMatchObject({ value: { seq: 2, duplicate: true } });
      expect(await change(ann, { type: "delete", seq: 1, id: "d" })).toMatchObject({
        value: { seq: 4, duplicate: true },
      });
      expect(await edit("other", "e1")).toMatchObject({ failure: "conflict" });
      expect(await change(ann, { type: "delete", seq: 1, id: "e1" })).toMatchObject({ failure: "conflict" });
      expect(await roomOf(room).send(ann, { id: "e1", body: "second" })).toMatchObject({ failure: "conflict" });
      expect(await edit("first", "m")).toMatchObject({ failure: "conflict" });
    }
    expect(await readLog(room, ann)).toHaveLength(4);
  });

  it("[ED4] an id belongs to its user: somebody else's stands for nothing here", async () => {
    const { change, edit, bob } = await begin();
    await edit("second", "e");
    const react = { type: "react", seq: 1, emoji: "👍", on: true, id: "e" } as const;
    expect(await change(bob, react)).toMatchObject({ value: { seq: 3, duplicate: false } });
    expect(await change(bob, { ...react, on: false })).toMatchObject({ failure: "conflict" });
    expect(await change(bob, { type: "edit", seq: 1, body: "second", id: "f" })).toMatchObject({
      failure: "forbidden",
    });
  });

  it("[ED6] older versions are kept, for the author and not for others", async () => {
    const { room, ann, bob, edit } = await begin();
    const versions = (by: Identity, after = 0, limit = 9) => roomOf(room).versions(by, { seq: 1, after, limit });
    expect(await versions(ann)).toEqual({ ok: true, value: { versions: [], more: false } });
    await edit("second");
    await edit("third");
    await evict(room);
    const [first, edited] = await readLog(room, ann);
    const old = [
      { version: 1, at: first?.at, body: "first" },
      { version: 2, at: edited?.at, body: "second" },
    ];
    expect(await versions(ann)).toEqual({ ok: true, value: { versions: old, more: false } });
    expect(await versions(ann, 0, 1)).toMatchObject({ value: { versions: [{ version: 1 }], more: true } });
    expect(await versions(ann, 1, 1)).toMatchObject({ value: { versions: [{ version: 2 }], more: false } });
    expect(await versions(bob)).toMatchObject({ failure: "forbidden" });
    expect(await roomOf(room).versions(ann, { seq: 2, after: 0, limit: 9 })).toMatchObject({ failure: "badRequest" });
    expect(await roomOf(room).versions(ann, { seq: 9, after: 0, limit: 9 })).toMatchObject({ failure: "notFound" });
  });

  it("[ED6] a page of versions has at most PAGE_BYTES_MAX, and one version at least", async () => {
    const { room, ann, edit } = await begin();
    for (let i = 0; i < 40; i++) await edit(String(i).padEnd(limits.BODY_BYTES_MAX, "x"));
    const page = valueIn(await roomOf(room).versions(ann, { seq: 1, after: 1, limit: 99 }));
    expect(page).toMatchObject({ more: true, versions: { length: limits.PAGE_BYTES_MAX / limits.BODY_BYTES_MAX } });
  });

  it("[ED7] what an edit names has to be a message that stands, and what it says a message's text", async () => {
    const { room, ann, change, edit } = await begin();
    await edit("second");
    const refused = async (seq: number, body = "x") => {
      const reply = await change(ann, { type: "edit", seq, body });
      return reply.ok ? "ok" : reply.failure;
    };
    expect([await refused(2), await refused(9), await refused(-1)]).toEqual(["badRequest", "notFound", "notFound"]);
    expect([await refused(1, ""), await refused(1, "\ud800")]).toEqual(["badRequest", "badRequest"]);
    expect(await refused(1, "x".repeat(limits.BODY_BYTES_MAX + 1))).toBe("tooLarge");
    await change(ann, { type: "delete", seq: 1 });
    expect(await refused(1)).toBe("conflict");
    expect(await readLog(room, ann)).toHaveLength(3);
  });
});

describe("deletions", () => {
  it("[ED8] a deletion leaves a tombstone and no text, in memory and on disk", async () => {
    const { room, ann, bob, change, edit, react } = await begin("the secret word");
    await edit("the secret words");
    await react(bob, "👍");
    expect(await change(ann, { type: "delete", seq: 1 })).toMatchObject({ value: { seq: 4, duplicate: false } });
    for (const evicted of [false, true]) {
      if (evicted) await evict(room);
      const log = await readLog(room, ann);
      expect(log.map(({ kind }) => kind)).toEqual(["message", "edit", "react", "delete"]);
      expect(log[0]).toEqual({
        seq: 1,
        kind: "message",
        from: log[0]?.from,
        at: log[0]?.at,
        messageNo: 1,
        deleted: true,
      });
      expect(JSON.stringify(log)).not.toContain("secret");
    }
    expect(await roomOf(room).versions(ann, { seq: 1, after: 0, limit: 9 })).toMatchObject({ value: { versions: [] } });
    await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
      const rows = (table: string) => storage.sql.exec(`SELECT * FROM ${table}`).toArray();
      expect(JSON.stringify([rows("event"), rows("sent")])).not.toContain("secret");
      expect([rows("version"), rows("reaction")]).toEqual([[], []]);
    });
  });

  it("[ED3] [ED8] a message is deleted once, and nothing is done to it afterwards", async () => {
    const { room, ann, bob, change, react } = await begin();
    await change(ann, { type: "delete", seq: 1 });
    expect(await change(ann, { type: "delete", seq: 1 })).toMatchObject({ value: { seq: 2, duplicate: true } });
    expect(await react(bob, "👍")).toMatchObject({ failure: "conflict" });
    expect(await react(bob, "👍", false)).toMatchObject({ failure: "conflict" });
    expect(await change(bob, { type: "delete", seq: 1 })).toMatchObject({ failure: "forbidden" });
    expect(await roomOf(room).send(bob, { body: "an answer", replyTo: 1 })).toMatchObject({ ok: true });
  });
});

describe("reactions", () => {
  it("[ED9] each change is an event with the count after it, and the message has them all", async () => {
    const { room, ann, bob, react } = await begin();
    for (const [by, emoji, on] of [
      [ann, "👍", true],
      [bob, "👍", true],
      [bob, "🎉", true],
      [ann, "👍", false],
    ] as const) {
      await react(by, emoji, on);
    }
    for (const evicted of [false, true]) {
      if (evicted) await evict(room);
      const log = await readLog(room, ann);
      expect(log[0]?.reactions).toEqual([
        { emoji: "👍", count: 1 },
        { emoji: "🎉", count: 1 },
      ]);
      expect(log.slice(1).map(({ reaction }) => reaction)).toEqual([
        { emoji: "👍", count: 1, on: true },
        { emoji: "👍", count: 2, on: true },
        { emoji: "🎉", count: 1, on: true },
        { emoji: "👍", count: 1, on: false },
      ]);
    }
    await react(bob, "👍", false);
    await react(bob, "🎉", false);
    expect((await readLog(room, ann))[0]).not.toHaveProperty("reactions");
  });

  it("[ED3] [ED9] the same reaction again, and one that was never put taken back, take no seq", async () => {
    const { room, ann, react } = await begin();
    await react(ann, "👍");
    expect(await react(ann, "👍")).toMatchObject({ value: { seq: 2, duplicate: true } });
    expect(await react(ann, "🎉", false)).toMatchObject({ value: { seq: 2, duplicate: true } });
    expect(await readLog(room, ann)).toHaveLength(2);
  });

  it("[ED9] a message has at most REACTIONS_PER_MESSAGE_MAX emoji; one that is there is open to everybody", async () => {
    const { ann, bob, react } = await begin();
    const emoji = (i: number) => String.fromCodePoint(0x1f600 + i);
    for (let i = 0; i < limits.REACTIONS_PER_MESSAGE_MAX; i++) await react(ann, emoji(i));
    expect(await react(ann, "👍")).toMatchObject({ failure: "conflict" });
    expect(await react(bob, emoji(0))).toMatchObject({ value: { duplicate: false } });
    await react(ann, emoji(1), false);
    expect(await react(ann, "👍")).toMatchObject({ value: { duplicate: false } });
  });
});
