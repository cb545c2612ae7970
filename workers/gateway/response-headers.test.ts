import { expect, it } from "vitest";
import { fail } from "../../contracts/reply.ts";
import { toRetryHeaders } from "./response-headers.ts";

it.each(["rateLimited", "busy", "unavailable", "roomFull"] as const)(
  "[API11] %s always says when to come back",
  (failure) => {
    expect(toRetryHeaders(fail(failure))).toEqual({ "retry-after": "1" });
    expect(toRetryHeaders(fail(failure, "wait", 2_100))).toEqual({ "retry-after": "3" });
  },
);

it("[API11] what time does not mend says no time", () => {
  expect(toRetryHeaders(fail("forbidden"))).toEqual({});
});
