import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { parseAccount, parseAuthToken, parseMsg, parseRoomId, parseToUserId } from "./bodies.ts";

const parsers = [parseAccount, parseAuthToken, parseMsg, parseRoomId, parseToUserId];

it("[GC4] every field of every type is read or refused, and nothing throws", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("userName", "passWord", "authToken", "msg", "roomId", "toUserId"), fc.anything()),
      (fields) => {
        for (const parse of parsers) expect(typeof parse(fields).ok).toBe("boolean");
      },
    ),
  );
});
it("[GC6] a user id is the same as digits and as a number", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (id) => {
      expect(parseToUserId({ toUserId: String(id) })).toEqual({ ok: true, value: id });
      expect(parseToUserId({ toUserId: id })).toEqual({ ok: true, value: id });
    }),
  );
});
it.each([0, -1, 1.5, 2 ** 53, Number.NaN, "0", "-1", "1.5", "0x10", "9".repeat(17), " 1", "", null, true, [1]])(
  "[GC6] %j is no user id",
  (toUserId) => expect(parseToUserId({ toUserId })).toMatchObject({ ok: false, failure: "badRequest" }),
);
it.each([0, -1, 1.5, 2 ** 53, "1", null])("[GC7] %j is no room id", (roomId) => {
  expect(parseRoomId({ roomId })).toMatchObject({ ok: false, failure: "badRequest" });
});
it.each(["", "\ud800", 7, null, undefined])("[GC7] %j is no message", (msg) => {
  expect(parseMsg({ msg })).toMatchObject({ ok: false, failure: "badRequest" });
});
it("[GC7] a message is counted in bytes of UTF-8", () => {
  expect(parseMsg({ msg: "é".repeat(16_384) }).ok).toBe(true);
  expect(parseMsg({ msg: `${"é".repeat(16_384)}x` })).toMatchObject({ failure: "tooLarge" });
});
it("[GC8] a password has 1 to 128 characters, counted in code points", () => {
  expect(parseAccount({ userName: "a", passWord: "x" }).ok).toBe(true);
  expect(parseAccount({ userName: "a", passWord: "😀".repeat(128) }).ok).toBe(true);
  expect(parseAccount({ userName: "a", passWord: "😀".repeat(129) }).ok).toBe(false);
  expect(parseAccount({ userName: "a", passWord: "\udc00" }).ok).toBe(false);
});
