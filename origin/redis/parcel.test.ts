import { expect, it } from "vitest";
import { encodeParcel, parseParcel } from "./parcel.ts";

it("[OX10] a parcel comes back from Redis as it went, its token and its stamp with it", () => {
  const parcel = { token: "t", room: "1", message: { id: "m", body: "text", stamp: { id: "c", atMs: 1 } } };
  expect(parseParcel(encodeParcel(parcel))).toEqual({ ok: true, value: parcel });
});

it("[OX10] what is no parcel is refused", () => {
  for (const text of ["", "x", "null", "[]", "{}", '{"token":"t","room":"1","message":{"id":"","body":""}}']) {
    expect(parseParcel(text).ok).toBe(false);
  }
});
