import { expect, it } from "vitest";
import { checkVars } from "./check-vars.ts";

it.each([
  ["ATTEMPTS_PER_NAME", "abc"],
  ["ATTEMPTS_PER_ADDRESS", "0"],
  ["SENDS_PER_USER", "1.5"],
  ["SENDS_PER_ROOM", ""],
  ["SESSION_DAYS", "-1"],
  ["TRUSTED_PROXIES", "10.0.0.0/8, foo"],
])("[SH1] %s=%s does not start a server, and is named", (name, value) => {
  expect(() => checkVars({ [name]: value })).toThrow(name);
});

it("[SH1] what the worker takes is taken", () => {
  expect(() => checkVars({ SESSION_DAYS: "7", TRUSTED_PROXIES: "10.0.0.0/8,::1, 192.0.2.7" })).not.toThrow();
  expect(() => checkVars({ TRUSTED_PROXIES: "" })).not.toThrow();
});
