import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parseJoinFrame, toCreateTime, toDirectFrame, toRoomFrame } from "./gochat.ts";

const event = { seq: 4, kind: "message", from: { id: 7, name: "Ann" }, at: 0, messageNo: 4, body: "hi" } as const;

describe("gochat frames", () => {
  test.prop([fc.oneof(fc.json(), fc.string(), fc.string({ unit: "binary" }))])(
    "[GS2] no text makes the parser throw",
    (text) => {
      const parsed = parseJoinFrame(text);
      if (parsed.ok) expect(parsed.value.roomId).toBeGreaterThan(0);
    },
  );

  test.prop([fc.string({ minLength: 1 }), fc.integer({ min: 1 })])(
    "[GS1] token and room come out as they went in",
    (authToken, roomId) => {
      const text = JSON.stringify({ authToken, roomId, serverId: "ignored" });
      expect(parseJoinFrame(text)).toEqual({ ok: true, value: { authToken, roomId } });
    },
  );

  it.each([[0], [-1], [1.5], ["1"], [null], [2 ** 53], [undefined]])("[GS2] room %j is refused", (roomId) => {
    expect(parseJoinFrame(JSON.stringify({ authToken: "t", roomId }))).toMatchObject({ failure: "badRequest" });
  });

  it("[GS1] a room's message has gochat's fields and time format", () => {
    expect(toRoomFrame(event, 1)).toEqual({
      code: 0,
      msg: "hi",
      fromUserId: 7,
      fromUserName: "Ann",
      toUserId: 0,
      toUserName: "",
      roomId: 1,
      op: 3,
      createTime: "1970-01-01 00:00:00",
    });
    expect(toCreateTime(Date.UTC(2006, 0, 2, 15, 4, 5))).toBe("2006-01-02 15:04:05");
  });

  it("[GS5] a message to a user names the recipient and has an empty time", () => {
    const frame = toDirectFrame({ event, toUserId: 9, toUserName: "Bob", roomId: 3 });
    expect(frame).toMatchObject({ op: 2, toUserId: 9, toUserName: "Bob", roomId: 3, createTime: "" });
  });
});
