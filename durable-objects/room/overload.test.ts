import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import type { Reply } from "../../contracts/reply.ts";
import type { Sent } from "../../contracts/services.ts";
import { freshNumber, freshRoom, roomOf, signIn } from "../lib/test-people.ts";
import { EventLog } from "./event-log.ts";
import { People } from "./people.ts";
import { RateLimit } from "./rate-limit.ts";
import { Room } from "./room.ts";
import { type Send, Sends } from "./sends.ts";
import { SessionBook } from "./session-book.ts";
import { ANN, openSeat, withGet } from "./test-bench.ts";
import { connect, join } from "./test-room.ts";
import { UserBook } from "./user-book.ts";

const PLENTY = 1_000_000;

describe("sends", () => {
  it("[LM2] past the rate of a user or of the room a send is refused with the time to wait", async () => {
    await withSends({ perUser: 2, perRoom: 3 }, async ({ offer }) => {
      const replies = await Promise.all([offer(1), offer(1), offer(1), offer(2), offer(3)]);
      expect(replies.map((reply) => reply.ok || reply.failure)).toEqual([
        true,
        true,
        "rateLimited",
        true,
        "rateLimited",
      ]);
      const waits = replies.flatMap((reply) => (reply.ok ? [] : [reply.retryAfterMs]));
      expect(waits).toEqual([expect.any(Number), expect.any(Number)]);
      expect(Math.min(...waits.map(Number))).toBeGreaterThan(0);
    });
  });

  it("[UP13] a series ends at what is refused for now, and goes on behind what is refused for good", async () => {
    await withSends({ perUser: 3, perRoom: PLENTY }, async ({ sends }) => {
      const series = ["1", "", "2", "3", "4", "5"].map((body) => ({ from: ANN, sessionId: "s", message: { body } }));
      const replies = await Promise.all(sends.offerSeries(series));
      expect(replies.map((reply) => (reply.ok ? reply.value.seq : reply.failure))).toEqual([
        1,
        "badRequest",
        2,
        3,
        "rateLimited",
      ]);
    });
  });

  it("[ED4] changes count in the rates like sends", async () => {
    await withSends({ perUser: 2, perRoom: PLENTY }, async ({ offer, sends }) => {
      await offer(ANN.id);
      const react = (on: boolean) =>
        new Promise<Reply<Sent>>((settle) => {
          const change = { type: "react", seq: 1, emoji: "👍", on } as const;
          sends.offer({ from: ANN, sessionId: "s", change, settle });
        });
      expect(await react(true)).toMatchObject({ ok: true });
      expect(await react(false)).toMatchObject({ failure: "rateLimited", retryAfterMs: expect.any(Number) });
    });
  });

  it("[LM2] a full queue refuses with the time to wait, and what was queued is committed", async () => {
    const sync = Promise.withResolvers<void>();
    await withSends({ perUser: PLENTY, perRoom: PLENTY, sync: () => sync.promise }, async ({ offer, sends }) => {
      const queued = Array.from({ length: limits.QUEUE_SENDS_MAX }, () => offer(1));
      expect(sends.pressed).toBe(true);
      expect(await offer(1)).toMatchObject({ failure: "busy", retryAfterMs: expect.any(Number) });
      sync.resolve();
      const replies = await Promise.all(queued);
      expect(replies.every((reply) => reply.ok)).toBe(true);
      expect(await offer(1)).toMatchObject({ ok: true, value: { seq: limits.QUEUE_SENDS_MAX + 1 } });
    });
  });

  it("[LM2] the queue is bounded in bytes too", async () => {
    const body = "x".repeat(limits.BODY_BYTES_MAX);
    await withSends({ perUser: PLENTY, perRoom: PLENTY }, async ({ offer }) => {
      const fits = limits.QUEUE_BYTES_MAX / limits.BODY_BYTES_MAX;
      const replies = Array.from({ length: fits + 1 }, () => offer(1, body));
      expect(await replies.at(-1)).toMatchObject({ failure: "busy" });
      expect(await replies[0]).toMatchObject({ ok: true });
      await Promise.all(replies);
    });
  });

  it("[P1] a send whose storage did not sync is not acknowledged", async () => {
    const sync = () => Promise.reject(new Error("disk"));
    await withSends({ perUser: PLENTY, perRoom: PLENTY, sync }, async ({ offer }) => {
      expect(await offer(1)).toMatchObject({ ok: false, failure: "unavailable" });
    });
  });

  it("[P1] nothing is answered before the storage has synced", async () => {
    const sync = Promise.withResolvers<void>();
    await withSends({ perUser: PLENTY, perRoom: PLENTY, sync: () => sync.promise }, async ({ offer, log }) => {
      let answered = false;
      const sent = offer(1).finally(() => {
        answered = true;
      });
      await expect.poll(() => log.head).toBe(1);
      expect(answered).toBe(false);
      sync.resolve();
      expect(await sent).toMatchObject({ ok: true, value: { seq: 1 } });
    });
  });

  it("[RR3] a send that waited when its session ended is refused", async () => {
    await withSends({ perUser: PLENTY, perRoom: PLENTY }, async ({ offer, sessions }) => {
      const sent = offer(1);
      sessions.end([{ id: "s", expiresAtMs: Date.now() + PLENTY }]);
      expect(await sent).toMatchObject({ failure: "session" });
    });
  });

  it("[LG6] a full log refuses sends and goes on being read", async () => {
    await runInDurableObject(env.ROOM.getByName(freshNumber()), (_, { storage }) => {
      const full = withGet(storage, "sql", withGet(storage.sql, "databaseSize", limits.LOG_BYTES_MAX + 1));
      const log = new EventLog(full, new People(storage.sql), "e");
      expect(log.append([{ from: ANN, message: { body: "x" } }], 0)).toMatchObject([{ failure: "logFull" }]);
      expect(log.page({ after: 0, limit: 1 })).toMatchObject({ events: [], more: false });
    });
  });

  it("[LG4] time never goes back within a room", async () => {
    await runInDurableObject(env.ROOM.getByName(freshNumber()), (_, { storage }) => {
      const log = new EventLog(storage, new People(storage.sql), "e");
      const at = (nowMs: number) => log.append([{ from: ANN, message: { body: "x" } }], nowMs)[0];
      expect([at(1_000), at(500)]).toMatchObject([{ value: { at: 1_000 } }, { value: { at: 1_000 } }]);
      expect(
        new EventLog(storage, new People(storage.sql), "e").append([{ from: ANN, message: { body: "x" } }], 0),
      ).toMatchObject([{ value: { seq: 3, at: 1_000 } }]);
    });
  });
});

describe("seats", () => {
  it("[LM3] a full room refuses the next seat, on its own sockets and on carriers", async () => {
    const room = freshRoom();
    const ann = await signIn();
    await roomOf(room).create(ann, "listed");
    await runInDurableObject(env.ROOM.getByName(room), async (object) => {
      for (let i = 0; i < limits.SEATS_PER_ROOM_MAX; i++) await object.seat(ann, "carrier", String(i));
      expect(await object.seat(ann, "carrier", "one more")).toMatchObject({ failure: "roomFull" });
    });
    await expect(connect(room, ann)).rejects.toThrow("503");
  });

  it("[PR4] nothing is told of typing while half of the queue is taken", async () => {
    await runInDurableObject(env.ROOM.getByName(freshNumber()), async (_, ctx) => {
      const sync = Promise.withResolvers<void>();
      const slow = withGet(ctx.storage, "sync", () => sync.promise);
      const room = new Room(withGet(ctx, "storage", slow), env, "1");
      const { seat, client } = openSeat(ANN);
      room.audience.seats.add(seat);
      // One batch is on its way to disk, and half of the queue waits behind it.
      const sends = Array.from({ length: limits.QUEUE_SENDS_MAX / 2 + 1_001 }, () =>
        room.send(ANN, "s", { body: "x" }),
      );
      const typeAndRead = (req: number) =>
        room.dialect.receive(seat, JSON.stringify([{ type: "typing" }, { type: "history", req, after: 0, limit: 1 }]));
      await typeAndRead(1);
      const before = await client.collect("history");
      expect(before.map(({ type }) => type)).not.toContain("typing");
      sync.resolve();
      await Promise.all(sends);
      // What was committed meanwhile is more than a window: a seat that lags hears of nobody.
      await room.dialect.receive(seat, JSON.stringify({ type: "ack", seq: room.log.head }));
      await typeAndRead(2);
      expect(await client.next("typing")).toMatchObject({ users: [ANN] });
    });
  });

  it("[CR4] a seat that lags gets no presence until it reads on", async () => {
    const room = freshNumber();
    const [ann, bob] = await Promise.all([signIn(), signIn()]);
    const { socket } = await join(room, ann);
    await socket.next("presence");
    for (let i = 0; i < 12; i++) await roomOf(room).send(ann, { body: "x".repeat(limits.BODY_BYTES_MAX) });
    await expect.poll(() => socket.pending.at(-1)?.type).toBe("lagging");
    const other = await join(room, bob);
    await other.socket.next("presence");
    expect(socket.pending.map(({ type }) => type)).not.toContain("presence");
    socket.send({ type: "ack", seq: 12 }, { type: "history", req: 1, after: 12, limit: 1 });
    await socket.next("history");
    other.socket.close();
    expect(await socket.next("presence")).toMatchObject({ left: [{ id: bob.userId }], count: 1 });
  });
});

type Setting = { readonly perUser: number; readonly perRoom: number; readonly sync?: () => Promise<void> };
type Bench = {
  readonly offer: (userId: number, body?: string) => Promise<Reply<Sent>>;
  readonly sends: Sends;
  readonly sessions: SessionBook;
  readonly log: EventLog;
};

/** A room's sends on real storage, with rates and a sync of the test's own. */
async function withSends(setting: Setting, act: (bench: Bench) => Promise<void>): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(freshNumber()), async (_, { storage }) => {
    const people = new People(storage.sql);
    const log = new EventLog(storage, people, "e");
    const sessions = new SessionBook(storage.sql, env.USER, "x", people, new UserBook(storage.sql));
    const rates = { perUser: new RateLimit(setting.perUser), perRoom: new RateLimit(setting.perRoom) };
    const sync = setting.sync ?? (() => storage.sync());
    const gate = { refuse: () => null, settle: () => {} };
    const facts = { standingOf: () => "guest" as const, visibleFrom: () => 1 };
    const sends = new Sends({ log, sessions, ...facts, gate, rates, sync, hold: (work) => work(), answered: () => {} });
    const offer = (id: number, body = "x") =>
      new Promise<Reply<Sent>>((settle) => {
        const send: Send = { from: { id, name: "Ann" }, sessionId: "s", message: { body }, settle };
        sends.offer(send);
      });
    await act({ offer, sends, sessions, log });
  });
}
