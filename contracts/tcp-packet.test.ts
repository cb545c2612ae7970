import { Buffer } from "node:buffer";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { encodeNotice, parsePacket } from "./tcp-packet.ts";

const gochat = { code: 0, msg: "hi", fromUserId: 0, fromUserName: "", toUserId: 0, toUserName: "", roomId: 1 };

function parse(value: unknown) {
  return parsePacket(Buffer.from(JSON.stringify(value)));
}

describe("what a TCP client says", () => {
  test.prop([
    fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
    ),
  ])("[TC3] no body makes the parser throw", (body) => {
    expect(parsePacket(body)).toHaveProperty("ok");
  });

  it.each([["ping msg"], ["[]"], ["null"], ["3"], ["{}"], ['{"op":"3"}'], ['{"op":3'], [""], ['{"op":1.5}']])(
    "[TC3] %j is no frame of gochat",
    (text) => {
      expect(parsePacket(Buffer.from(text))).toMatchObject({ ok: false, failure: "badRequest" });
    },
  );

  it("[TC3] text that is not UTF-8 is no frame of gochat", () => {
    const body = Buffer.concat([Buffer.from('{"op":3,"msg":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(parsePacket(body)).toMatchObject({ ok: false, failure: "badRequest" });
  });

  it("[TC8] op 6 is a join: a token and a room", () => {
    const joined = { ok: true, value: { authToken: "t", roomId: 1 } };
    expect(parse({ ...gochat, op: 6, authToken: "t", serverId: "x" })).toEqual({
      ok: true,
      value: { type: "bind", join: joined },
    });
    expect(parse({ op: 6, authToken: "", roomId: 1 })).toMatchObject({ value: { join: { failure: "session" } } });
    expect(parse({ op: 6, authToken: "t", roomId: 0 })).toMatchObject({ value: { join: { failure: "badRequest" } } });
  });

  it("[TC10] op 3 is a room and a text; whom the packet names as its sender is not read", () => {
    const send = { ok: true, value: { roomId: 1, msg: "hi", authToken: null } };
    expect(parse({ ...gochat, op: 3, fromUserId: 99, fromUserName: "root", toUserId: 4, authToken: "" })).toEqual({
      ok: true,
      value: { type: "send", msgId: null, roomId: 1, send },
    });
  });

  it.each([
    [{ msg: "" }],
    [{ msg: 7 }],
    [{ msg: "\ud800" }],
    [{ roomId: 0 }],
    [{ roomId: "1" }],
    [{ roomId: 2 ** 53 }],
    [{ authToken: 7 }],
    [{ msgId: "" }],
    [{ msgId: 4 }],
    [{ msgId: "x".repeat(129) }],
  ])("[TC10] a send with %j is refused", (wrong) => {
    expect(parse({ ...gochat, op: 3, ...wrong })).toMatchObject({
      value: { type: "send", send: { failure: "badRequest" } },
    });
  });

  it("[TC11] a msgId of 1 to 128 characters goes along, also with what is refused", () => {
    const msgId = "m".repeat(128);
    expect(parse({ ...gochat, op: 3, msgId })).toMatchObject({ value: { msgId, send: { ok: true } } });
    expect(parse({ ...gochat, op: 3, msgId, msg: "" })).toMatchObject({ value: { msgId, send: { ok: false } } });
  });

  it("[TC11] a notice has gochat's fields, and a msgId only when there is one", () => {
    const fields = { ...gochat, msg: "", createTime: "", op: 7 };
    const notice = { op: 7, code: 0, msg: "", roomId: 1 };
    expect(JSON.parse(encodeNotice(notice))).toEqual(fields);
    expect(JSON.parse(encodeNotice({ ...notice, msgId: "a", retryAfterMs: 5 }))).toEqual({
      ...fields,
      msgId: "a",
      retryAfterMs: 5,
    });
  });
});
