import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RoomEvent } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import { freshNumber, signIn } from "../../lib/test-people.ts";
import { freshReplica, TestUplink } from "./test-uplink.ts";
import { Wire } from "./wire.ts";

/** A megabyte. */
function bigEvent(seq: number): RoomEvent {
  return { seq, messageNo: seq, kind: "message", at: 0, from: { id: 1, name: "x" }, body: "x".repeat(1_000_000) };
}

afterEach(() => void vi.useRealTimers());

describe("a replica that does not read", () => {
  it("[UP9] is closed after 10 s, and its seats are gone", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
    const [ann, room, carrier] = [await signIn(), freshNumber(), freshReplica()];
    const stub = env.CARRIER.getByName(carrier);
    const uplink = await TestUplink.open(carrier);
    await uplink.seat("c", ann, room);
    for (let i = 0; i < 6; i++) await stub.deliver({ room, after: i, events: [bigEvent(i + 1)] });
    await runInDurableObject(stub, () => void vi.advanceTimersByTime(limits.UPLINK_STALL_MS_MAX + 2_000));
    expect(await uplink.closed).toMatchObject({ code: 4002 });
    expect(await stub.seats(room)).toEqual([]);
  });

  it("[UP8] holds a delivery back once its window is full, and gets it when it has read", async () => {
    const [ann, room, carrier] = [await signIn(), freshNumber(), freshReplica()];
    const stub = env.CARRIER.getByName(carrier);
    const uplink = await TestUplink.open(carrier);
    await uplink.seat("c", ann, room);
    for (let i = 0; i < 9; i++) await stub.deliver({ room, after: i, events: [bigEvent(i + 1)] });
    const late = stub.deliver({ room, after: 9, events: [bigEvent(10)] });
    await expect.poll(() => uplink.seqs(room).length).toBe(9);
    uplink.ask({ type: "read", bytes: 8_500_000 });
    await late;
    await expect.poll(() => uplink.seqs(room).length).toBe(10);
  });

  it("[UP9] one that says nothing at all for SILENCE_MS_MAX is closed", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
    const carrier = freshReplica();
    const uplink = await TestUplink.open(carrier);
    const stub = env.CARRIER.getByName(carrier);
    await runInDurableObject(stub, () => void vi.advanceTimersByTime(limits.SILENCE_MS_MAX + 4_000));
    expect(await uplink.closed).toMatchObject({ code: 4005 });
  });
});

it("[UP8] frames of one turn leave in one WebSocket frame", async () => {
  const { 0: near, 1: far } = new WebSocketPair();
  const texts: string[] = [];
  near.addEventListener("message", ({ data }) => void texts.push(String(data)));
  for (const socket of [near, far]) socket.accept();
  const wire = new Wire(far);
  for (const userId of [1, 2, 3]) wire.push({ type: "direct", userId, messages: [] });
  await expect.poll(() => texts).toHaveLength(1);
  expect(JSON.parse(texts[0] ?? "")).toMatchObject([{ userId: 1 }, { userId: 2 }, { userId: 3 }]);
});
