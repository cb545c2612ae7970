import { expect, it } from "vitest";
import { judgePython } from "./python-packages.ts";
import { withoutSchemathesis } from "./schemathesis.ts";

const MIN = [3, 11] as const;

it.each(["3.11 cpython-311\n", "3.14 cpython-314\n", "4.0 cpython-40\n"])(
  "[API12] Python that says %j will do",
  (said) => {
    expect(judgePython(said, MIN)).toBeNull();
  },
);

it.each([
  ["3.10 cpython-310\n", "Python 3.11 or newer is needed, and here is 3.10"],
  ["2.7 None\n", "Python 3.11 or newer is needed, and here is 2.7"],
  ["", "Python 3.11 or newer is needed, and here is none"],
  ["no python", "Python 3.11 or newer is needed, and here is no"],
])("[API12] Python that says %j is refused with the reason", (said, reason) => {
  expect(judgePython(said, MIN)).toBe(reason);
});

it.each([["true"], ["1"], ["yes"]])("[API12] without schemathesis CI=%s fails and says what was not checked", (ci) => {
  expect(withoutSchemathesis("there is no Python", ci)).toEqual({
    fails: true,
    message: "NOT CHECKED: the answers of the API against its OpenAPI document, because there is no Python.",
  });
});

it.each([[undefined], [""], ["false"], ["0"]])("[API12] without schemathesis CI=%s skips with the same line", (ci) => {
  const { fails, message } = withoutSchemathesis("there is no Python", ci);
  expect([fails, message]).toEqual([false, expect.stringContaining("NOT CHECKED")]);
});
