import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { freshNumber, roomOf, signIn } from "../lib/test-people.ts";
import { join } from "./test-room.ts";

describe("hibernation", () => {
  it("[PR3] an evicted room has the same members, presence and the next seq, and sockets go on", async () => {
    const room = freshNumber();
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const one = await join(room, ann);
    const two = await join(room, bob);
    one.socket.send({ type: "send", id: "1", body: "before" });
    const before = await two.socket.next("events");
    for (const { socket } of [one, two]) socket.send({ type: "ack", seq: 1 });
    await one.socket.next("events");
    // The room tells of both marks, a second apart: only then it holds no timer that an eviction waits for.
    for (let told = 0; told < 2; ) told += (await one.socket.next("marks")).marks.length;
    const built = (await starts()) + 1;
    await evictDurableObject(env.ROOM.getByName(room));
    expect(await roomOf(room).presence(ann, 0, 10)).toMatchObject({ ok: true, value: { count: 2 } });
    expect(await starts()).toBe(built);
    one.socket.send({ type: "send", id: "2", body: "after" });
    expect(await one.socket.next("ok")).toMatchObject({ seq: 2 });
    const after = await two.socket.next("events");
    expect([before.events, after.after, after.events[0]?.body]).toMatchObject([[{ seq: 1 }], 1, "after"]);
  });

  it("[CR5] after a wake everything above the acknowledged seq is sent again", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const { socket } = await join(room, ann);
    for (const body of ["a", "b", "c"]) await roomOf(room).send(ann, { body });
    while ((await socket.next("events")).events.at(-1)?.seq !== 3);
    socket.send({ type: "ack", seq: 1 }, { type: "history", req: 1, after: 0, limit: 1 });
    await socket.next("history");
    await evictDurableObject(env.ROOM.getByName(room));
    await roomOf(room).send(ann, { body: "d" });
    const seqs: number[] = [];
    while (seqs.at(-1) !== 4) seqs.push(...(await socket.next("events")).events.map(({ seq }) => seq));
    expect(seqs).toEqual([2, 3, 4]);
  });

  it("[CR5] an ack alone wakes the room and brings what was lost in the queue", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const { socket } = await join(room, ann);
    for (const body of ["a", "b", "c"]) await roomOf(room).send(ann, { body });
    while ((await socket.next("events")).events.at(-1)?.seq !== 3);
    await evictDurableObject(env.ROOM.getByName(room));
    socket.send({ type: "ack", seq: 2 });
    expect(await socket.next("events")).toMatchObject({ after: 2, events: [{ seq: 3 }] });
  });
});

describe("credit", () => {
  it("[CR3] a seat that does not acknowledge is told once that it lags, and reads on when it acknowledges", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const { socket } = await join(room, ann);
    const body = "x".repeat(limits.BODY_BYTES_MAX);
    for (let i = 0; i < 20; i++) await roomOf(room).send(ann, { body });
    const seqs: number[] = [];
    const lagging = await takeUntilLagging(socket, seqs);
    expect(lagging.seq).toBe(seqs.at(-1));
    expect(seqs.length).toBeLessThan(10);
    expect(socket.pending).toEqual([]);
    while (seqs.length < 20) {
      socket.send({ type: "ack", seq: seqs.at(-1) ?? 0 });
      const { after, events } = await socket.next("events");
      expect(after).toBe(seqs.at(-1));
      seqs.push(...events.map(({ seq }) => seq));
    }
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it("[CR6] a client that read on by history and acknowledges that is served from there", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const { socket } = await join(room, ann);
    for (let i = 0; i < 12; i++) await roomOf(room).send(ann, { body: "x".repeat(limits.BODY_BYTES_MAX) });
    await takeUntilLagging(socket, []);
    socket.send({ type: "ack", seq: 12 });
    await roomOf(room).send(ann, { body: "next" });
    expect(await socket.next("events")).toMatchObject({ after: 12, events: [{ seq: 13 }] });
    socket.send({ type: "ack", seq: 99 });
    expect(await socket.next("refused")).toMatchObject({ failure: "badRequest" });
  });
});

type LagFrames = Awaited<ReturnType<typeof join>>["socket"];

async function takeUntilLagging(socket: LagFrames, seqs: number[]) {
  for (;;) {
    const first = socket.pending.find(({ type }) => type === "events" || type === "lagging");
    if (first?.type === "lagging") return socket.next("lagging");
    seqs.push(...(await socket.next("events")).events.map(({ seq }) => seq));
    await expect.poll(() => socket.pending.length).toBeGreaterThan(0);
  }
}

async function starts(): Promise<number> {
  const { samples } = await import("../../contracts/metrics.ts");
  return samples(Date.now()).find(({ name }) => name === "edgechat_room_starts_total")?.value ?? 0;
}
