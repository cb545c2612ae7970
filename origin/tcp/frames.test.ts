import { describe, expect, it } from "vitest";
import type { RoomEvent } from "../../contracts/event.ts";
import { roomFrames, toldFrames } from "./frames.ts";

const event: RoomEvent = { seq: 1, kind: "message", from: { id: 7, name: "Ann" }, at: 0, messageNo: 1, body: "hi" };

describe("frames for a whole room", () => {
  it("[TC14] a run is encoded once, in one piece, however many connections it is for", () => {
    const run = { room: "1", after: 0, events: [event, { ...event, seq: 2 }] };
    const frames = roomFrames(run);
    expect(roomFrames(run)).toBe(frames);
    expect(frames.messages).toBe(2);
    expect(roomFrames({ ...run })).not.toBe(frames);
    const told = { op: 4, count: 1 } as const;
    expect(toldFrames(told)).toBe(toldFrames(told));
  });

  it("[TC14] a run without a standing message is nothing to write", () => {
    const run = { room: "1", after: 0, events: [{ ...event, deleted: true } as const] };
    expect(roomFrames(run)).toMatchObject({ messages: 0, bytes: { length: 0 } });
  });
});
