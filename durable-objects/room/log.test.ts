import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { freshNumber, roomOf, signIn } from "../lib/test-people.ts";
import { EventLog } from "./event-log.ts";
import { People } from "./people.ts";
import { ANN, BOB } from "./test-bench.ts";
import { join } from "./test-room.ts";

describe("what a log keeps", () => {
  it("[LM1] NUL, SQL and HTML come back verbatim, in bodies and in ids, also after eviction", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const bodies = ["a\0b", "\0", "'); DROP TABLE event; --", "<script>alert(1)</script>", "😀\u202e\ufeff"];
    for (const body of bodies) await roomOf(room).send(ann, { id: `id ${body}`, body });
    await evictDurableObject(env.ROOM.getByName(room));
    const page = await roomOf(room).history(ann, { after: 0, limit: 9 });
    expect(page.ok && page.value.events.map(({ body }) => body)).toEqual(bodies);
    expect(await roomOf(room).send(ann, { id: "id a\0b", body: "a\0b" })).toMatchObject({
      value: { seq: 1, duplicate: true },
    });
    expect(await roomOf(room).send(ann, { id: "id a\0c", body: "a\0b" })).toMatchObject({
      value: { duplicate: false },
    });
  });

  it("[LM1] a lone surrogate is refused on either way into the log", async () => {
    const room = freshNumber();
    const ann = await signIn();
    expect(await roomOf(room).send(ann, { body: "a\ud800" })).toMatchObject({ failure: "badRequest" });
    const { socket } = await join(room, ann);
    socket.raw('{"type":"send","id":"1","body":"\\udc00b"}');
    expect(await socket.next("refused")).toMatchObject({ id: "1", failure: "badRequest" });
    socket.raw('{"type":"send","id":"\\udc00","body":"b"}');
    expect(await socket.next("refused")).toMatchObject({ failure: "badRequest" });
    expect(await roomOf(room).describe(ann)).toMatchObject({ value: { head: 0 } });
  });

  it("[LG5] a page has at most PAGE_BYTES_MAX, from memory and from disk, in both directions", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const body = "x".repeat(limits.BODY_BYTES_MAX);
    await Promise.all(Array.from({ length: 40 }, () => roomOf(room).send(ann, { body })));
    const sizes = async () => {
      const pages = [{ after: 0 }, { before: 41 }].map((query) =>
        roomOf(room).history(ann, { ...query, limit: limits.PAGE_MAX }),
      );
      return (await Promise.all(pages)).map((page) => page.ok && [page.value.events.length, page.value.more]);
    };
    const most = Math.floor(limits.PAGE_BYTES_MAX / (limits.BODY_BYTES_MAX + 100));
    expect(await sizes()).toEqual([
      [most, true],
      [most, true],
    ]);
    await evictDurableObject(env.ROOM.getByName(room));
    expect(await sizes()).toEqual([
      [most, true],
      [most, true],
    ]);
  });

  it("[LG2] a name that was learned in a batch that failed is learned again", async () => {
    await runInDurableObject(env.ROOM.getByName(freshNumber()), (_, { storage }) => {
      storage.sql.exec(
        "CREATE TRIGGER poison BEFORE INSERT ON event WHEN NEW.body = 'poison' BEGIN SELECT RAISE(ABORT, 'no'); END",
      );
      const log = new EventLog(storage, new People(storage.sql), "e");
      const entries = ["fine", "poison"].map((body, i) => ({ from: i === 0 ? ANN : BOB, message: { body } }));
      expect(log.append(entries, 0)).toMatchObject([{ ok: true }, { failure: "internal" }]);
      const reopened = new EventLog(storage, new People(storage.sql), "e");
      expect(reopened.page({ after: 0, limit: 9 }).events).toMatchObject([{ from: ANN, body: "fine" }]);
    });
  });

  it("[LG2] a name that was learned with a fact or in an import that failed is learned again", async () => {
    await runInDurableObject(env.ROOM.getByName(freshNumber()), (_, { storage }) => {
      const people = new People(storage.sql);
      const log = new EventLog(storage, people, "e");
      const fail = () => {
        people.remember(BOB);
        throw new Error("no");
      };
      const event = { seq: 1, kind: "message", from: ANN, at: 1, messageNo: 1, body: "x" } as const;
      const failing = [
        () => log.record(ANN, { kind: "purge" }, 0, fail),
        () => log.adopt([event], fail),
        () => log.rewrite(fail),
      ];
      for (const act of failing) {
        expect(act).toThrow("no");
        expect([people.nameOf(ANN.id), people.nameOf(BOB.id)]).toEqual([null, null]);
      }
      log.adopt([event], () => {});
      expect(new People(storage.sql).nameOf(ANN.id)).toBe(ANN.name);
    });
  });
});
