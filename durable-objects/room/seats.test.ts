import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { freshNumber, freshRoom, roomOf, signIn } from "../lib/test-people.ts";
import { Room } from "./room.ts";
import { ANN, BOB, openSeat, withGet, withSeats } from "./test-bench.ts";
import { connect, join } from "./test-room.ts";

describe("a later hello", () => {
  it("[NW2] starts the seat over from the position that it names", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const { socket, welcome } = await join(room, ann);
    for (const body of ["a", "b", "c"]) await roomOf(room).send(ann, { body });
    while ((await socket.next("events")).events.at(-1)?.seq !== 3);
    socket.send({ type: "hello", resume: { epoch: welcome.epoch, seq: 1 } });
    expect(await socket.next("resumed")).toEqual({ type: "resumed", from: 2, to: 3 });
    expect(await socket.next("events")).toMatchObject({ after: 1, events: [{ seq: 2 }, { seq: 3 }] });
  });

  it("[NW1] without a position is answered by a welcome at the head", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const { socket } = await join(room, ann);
    await roomOf(room).send(ann, { body: "a" });
    await socket.next("events");
    socket.send({ type: "hello" });
    expect(await socket.next("welcome")).toMatchObject({ seq: 1, presence: { count: 1 } });
  });

  it("[NW2] frees the whole window of a seat that lagged", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const { socket, welcome } = await join(room, ann);
    // One and a bit of a window: whatever is left at the first lag fits into a fresh one.
    for (let i = 0; i < 9; i++) await roomOf(room).send(ann, { body: "x".repeat(limits.BODY_BYTES_MAX) });
    const { seq, window } = await socket.next("lagging");
    expect(window).toBe(limits.WINDOW_BYTES_MAX);
    socket.send({ type: "hello", resume: { epoch: welcome.epoch, seq } });
    const seqs: number[] = [];
    while (seqs.at(-1) !== 9) seqs.push(...(await socket.next("events")).events.map((event) => event.seq));
    expect(seqs[0]).toBe(seq + 1);
  });
});

describe("frames of one socket", () => {
  it("[NW2] wait for a hello that has to ask a carrier who is here", async () => {
    const room = freshNumber();
    const ann = await signIn();
    await roomOf(room).seat(ann, crypto.randomUUID(), "c");
    await evictDurableObject(env.ROOM.getByName(room));
    const socket = await connect(room, ann);
    socket.send({ type: "hello" });
    socket.send({ type: "send", id: "1", body: "behind" });
    expect(await socket.next("ok")).toMatchObject({ id: "1", seq: 1 });
    expect(socket.pending.map(({ type }) => type)).not.toContain("refused");
  });

  it("[LM4] pages and later hellos past the rate are refused with the request and the time to wait", async () => {
    const { socket, welcome } = await join(freshNumber(), await signIn());
    const pages = Array.from({ length: limits.PAGES_PER_SECOND + 1 }, (_, req) => ({
      type: "history" as const,
      req,
      after: 0,
      limit: 1,
    }));
    socket.send(...pages, { type: "hello", resume: { epoch: welcome.epoch, seq: 0 } });
    const refusal = { failure: "rateLimited", retryAfterMs: expect.any(Number) };
    expect(await socket.next("refused")).toMatchObject({ ...refusal, req: limits.PAGES_PER_SECOND });
    expect(await socket.next("refused")).toMatchObject(refusal);
  });
});

describe("a resume", () => {
  it("[NW3] from before the first retained seq is truncated, and goes on at the first", async () => {
    await withSeats(4, async ({ seats, log }) => {
      for (let i = 0; i < 6; i++) log.append([{ from: ANN, message: { body: "x" } }], 0);
      seats.flush();
      const { seat, client } = openSeat(ANN);
      seats.add(seat);
      expect(seats.start(seat, { epoch: "e", seq: 1 })).toEqual([{ type: "truncated", from: 2, to: 3 }]);
      seats.catchUp(seat);
      expect(await client.next("events")).toMatchObject({ after: 3, events: [{ seq: 4 }, { seq: 5 }, { seq: 6 }] });
      expect(seats.start(seat, { epoch: "e", seq: 3 })).toEqual([{ type: "resumed", from: 4, to: 6 }]);
    });
  });
});

describe("presence and typing", () => {
  it("[CR4] end for a seat without a sign of life after a window of them, and go on with one", async () => {
    await withSeats(1, async ({ seats }) => {
      const { seat, client } = openSeat(ANN);
      seats.add(seat);
      const frame = { type: "typing", users: [{ id: 1, name: "x".repeat(50_000) }] } as const;
      for (let i = 0; i < 20; i++) seats.broadcast(frame, () => 0);
      await expect.poll(() => client.pending.length).toBe(Math.ceil(limits.WINDOW_BYTES_MAX / 50_000));
      seats.broadcast(frame, () => seat.seenAtMs + 1);
      await expect.poll(() => client.pending.length).toBe(Math.ceil(limits.WINDOW_BYTES_MAX / 50_000) + 1);
    });
  });

  it("[PR4] typing again within the second is told to nobody", async () => {
    const room = freshNumber();
    const [ann, bob, eve] = await Promise.all([signIn("Ann"), signIn("Bob"), signIn("Eve")]);
    const [one, two, three] = [await join(room, ann), await join(room, bob), await join(room, eve)];
    one.socket.send({ type: "typing" });
    expect(await two.socket.next("typing")).toMatchObject({ users: [{ name: "Ann" }] });
    one.socket.send({ type: "typing" }, { type: "history", req: 1, after: 0, limit: 1 });
    await one.socket.next("history");
    three.socket.send({ type: "typing" });
    expect(await two.socket.next("typing")).toMatchObject({ users: [{ name: "Eve" }] });
  });

  it("[PR3] whoever left on a carrier while the room slept is told to have left", async () => {
    // A named room tells carriers nothing of presence, so that no digest finds the seat missing before it leaves.
    const room = freshRoom();
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    await roomOf(room).create(ann, "listed");
    const carrier = crypto.randomUUID();
    await roomOf(room).seat(ann, carrier, "c");
    const { socket } = await join(room, bob);
    await socket.next("presence");
    await evictDurableObject(env.ROOM.getByName(room));
    await roomOf(room).unseat(carrier, { connection: "c", userId: ann.userId, sessionId: ann.sessionId });
    expect(await socket.next("presence")).toMatchObject({ left: [{ name: "Ann" }], count: 1 });
  });

  it("[RR2] an ended session is here no more on carriers either", async () => {
    const room = freshNumber();
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    await roomOf(room).seat(ann, crypto.randomUUID(), "c");
    await roomOf(room).revoke([{ id: ann.sessionId, expiresAtMs: ann.expiresAtMs }]);
    expect(await roomOf(room).presence(bob, 0, 10)).toMatchObject({ value: { count: 0 } });
  });
});

describe("after a wake", () => {
  it("[PR3] a socket that is closing takes no seat", async () => {
    await runInDurableObject(env.ROOM.getByName(freshNumber()), (_, ctx) => {
      const [open, closing] = [openSeat(ANN).seat.socket, openSeat(BOB).seat.socket];
      closing.close(4000, "bye");
      const sockets = [open, closing];
      const room = new Room(
        withGet(ctx, "getWebSockets", () => sockets),
        env,
        "1",
      );
      expect([room.audience.seats.size, room.audience.presence.some(9)]).toEqual([1, [ANN]]);
    });
  });

  it("[RD1] marks are on disk when the last native seat leaves", async () => {
    const room = freshNumber();
    const ann = await signIn();
    await roomOf(room).send(ann, { body: "x" });
    const { socket } = await join(room, ann);
    socket.send({ type: "read", seq: 1 });
    socket.close();
    await socket.closed;
    await evictDurableObject(env.ROOM.getByName(room));
    expect((await join(room, ann)).welcome.you).toMatchObject({ read: 1, unread: 0 });
  });
});
