import { Buffer } from "node:buffer";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type RoomInfoFrame, toRoomFrame } from "./gochat.ts";
import { TCP_BODY_BYTES_MAX } from "./tcp.ts";
import { encodeBody } from "./tcp-cut.ts";

type Told = { msg: string; cut?: true; roomUserInfo: Record<string, string>; count: number };

function frameOf(body: string) {
  return toRoomFrame({ seq: 1, kind: "message", from: { id: 7, name: "Ann" }, at: 0, messageNo: 1, body }, 1);
}

function told(text: string): Told {
  return JSON.parse(text) as Told;
}

describe("bodies that are too long for a TCP frame", () => {
  it("[TC5] what fits is gochat's frame and nothing else", () => {
    expect(encodeBody(frameOf("hi"))).toBe(JSON.stringify(frameOf("hi")));
    const room = TCP_BODY_BYTES_MAX - Buffer.byteLength(JSON.stringify(frameOf("")));
    expect(told(encodeBody(frameOf("x".repeat(room)))).cut).toBeUndefined();
    expect(told(encodeBody(frameOf("x".repeat(room + 1)))).cut).toBe(true);
  });

  test.prop([fc.constantFrom("\u0001", "😀", 'a"', "€", "\\x"), fc.string({ unit: "binary", maxLength: 9 })], {
    numRuns: 40,
  })("[TC5] a long message is cut at a character, says so, and fills the frame", (filler, start) => {
    const msg = start.toWellFormed() + filler.repeat(32_768 / Buffer.byteLength(filler));
    const text = encodeBody(frameOf(msg.repeat(2)));
    const bytes = Buffer.byteLength(text);
    expect(bytes).toBeLessThanOrEqual(TCP_BODY_BYTES_MAX);
    expect(bytes).toBeGreaterThan(TCP_BODY_BYTES_MAX - 16);
    const frame = told(text);
    expect(frame.cut).toBe(true);
    expect(frame.msg.isWellFormed()).toBe(true);
    expect(msg.repeat(2).startsWith(frame.msg)).toBe(true);
  });

  it("[TC5] a long list of users keeps its count and says that it is cut", () => {
    const users = Array.from({ length: 1_000 }, (_, i) => [`${1e6 + i}`, "名".repeat(64)]);
    const frame: RoomInfoFrame = { op: 5, roomId: 1, count: 1_000, roomUserInfo: Object.fromEntries(users) };
    const text = encodeBody(frame);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(TCP_BODY_BYTES_MAX);
    expect(told(text)).toMatchObject({ count: 1_000, cut: true });
    expect(Object.keys(told(text).roomUserInfo).length).toBeGreaterThan(100);
  });
});
