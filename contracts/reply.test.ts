import { expect, it } from "vitest";
import { fail, isRefusal, isReply, ok } from "./reply.ts";

it.each([
  undefined,
  null,
  "text",
  7,
  {},
  { ok: true },
  { ok: true, value: undefined },
  { ok: "true", value: 1 },
  { ok: false },
  { ok: false, failure: "nonsense", message: "x" },
  { ok: false, failure: "toString", message: "x" },
  { ok: false, failure: "conflict" },
  { ok: false, failure: "conflict", message: 1 },
  { ok: false, failure: "busy", message: "x", retryAfterMs: "soon" },
  { ok: false, failure: "busy", message: "x", retryAfterMs: Number.NaN },
])("[OP11] %j is no reply", (answer) => expect([isReply(answer), isRefusal(answer)]).toEqual([false, false]));

it("[OP11] values, null among them, and refusals are replies", () => {
  expect([ok(1), ok(null), ok(false), fail("busy", "wait", 5), fail("conflict")].every(isReply)).toBe(true);
  expect([isRefusal(ok(1)), isRefusal(fail("conflict"))]).toEqual([false, true]);
});
