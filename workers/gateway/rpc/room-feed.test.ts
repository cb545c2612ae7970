import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PING_MS } from "../../../contracts/native.ts";
import { FakeRoom } from "./fake-room.ts";
import { RoomFeed } from "./room-feed.ts";

const ACK_MS = 1_000;
const unavailable = { refusal: { failure: "unavailable" } };

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

async function follow() {
  const room = new FakeRoom();
  const feed = new RoomFeed(room.client, { personName: "ann", afterSeq: undefined });
  expect((await feed.standing).ok).toBe(true);
  return { room, feed, events: feed.events() };
}

it("[RP11] a room is pinged and, when it says nothing until the next ping, given up with every timer", async () => {
  const { room, events } = await follow();
  vi.advanceTimersByTime(PING_MS);
  await expect.poll(() => room.pings).toBe(1);
  room.pong();
  room.sayMessages(0, 1);
  expect((await events.next()).value?.seq).toBe(1);
  vi.advanceTimersByTime(PING_MS);
  await expect.poll(() => room.pings).toBe(2);
  vi.advanceTimersByTime(PING_MS);
  await expect(events.next()).rejects.toMatchObject(unavailable);
  expect(await room.closed).toBe(1000);
  expect(vi.getTimerCount()).toBe(0);
});
it("[RP11] an answer to a ping is a sign of life", async () => {
  const { room, feed } = await follow();
  for (let pings = 1; pings <= 3; pings++) {
    vi.advanceTimersByTime(PING_MS);
    await expect.poll(() => room.pings).toBe(pings);
    const heard = new Promise((resolve) => room.client.addEventListener("message", resolve, { once: true }));
    room.pong();
    await heard;
  }
  feed.close();
  expect(vi.getTimerCount()).toBe(0);
});
it("[RP10] what was taken is acknowledged within a second, each time, and close leaves no timer", async () => {
  const { room, feed, events } = await follow();
  room.sayMessages(0, 1);
  await events.next();
  for (let seq = 1; seq <= 2; seq++) {
    const next = events.next();
    vi.advanceTimersByTime(ACK_MS);
    await expect.poll(() => room.acks).toEqual([1, 2].slice(0, seq));
    room.sayMessages(seq, 1);
    await next;
  }
  const last = events.next();
  expect(vi.getTimerCount()).toBe(2);
  feed.close();
  expect((await last).done).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
it("[RP10] half of the window is counted in bytes of UTF-8, as the room does", async () => {
  const { room, feed, events } = await follow();
  room.sayMessages(0, 1, "世".repeat(200));
  await events.next();
  const next = events.next();
  await expect.poll(() => room.acks).toEqual([1]);
  feed.close();
  await next;
});
it("[RP11] what came before the end is read, and nothing is acknowledged to a room that is gone", async () => {
  const { room, events } = await follow();
  room.sayMessages(0, 2);
  room.close(4000);
  await room.closed;
  expect([(await events.next()).value?.seq, (await events.next()).value?.seq]).toEqual([1, 2]);
  expect(vi.getTimerCount()).toBe(0);
  await expect(events.next()).rejects.toMatchObject(unavailable);
});
it("[RP11] what comes behind the frame that ended it is not read", async () => {
  const { room, events } = await follow();
  const event = { seq: 1, kind: "message", from: { id: 1, name: "ann" }, at: 1, messageNo: 1, body: "m" } as const;
  room.say({ type: "reconnect", afterMs: 5 }, { type: "events", after: 0, events: [event] });
  await expect(events.next()).rejects.toMatchObject(unavailable);
});
it("[RP11] a socket that breaks ends the feed", async () => {
  const { room, events } = await follow();
  const next = events.next();
  room.client.dispatchEvent(new Event("error"));
  await expect(next).rejects.toMatchObject(unavailable);
  expect(vi.getTimerCount()).toBe(0);
});
