import { expect, it } from "vitest";
import { countTests } from "../scripts/test-count.ts";

const suite = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((result) => ({ status: result })),
});
const count = (...testResults: object[]) => countTests(JSON.stringify({ testResults }));

it("[SH16] passed and failed tests are counted over all files", () => {
  expect(count(suite("passed", "passed", "passed"), suite("failed", "passed", "failed"))).toEqual({
    passed: 3,
    failed: 1,
  });
});

it("[SH16] a file that could not be loaded counts as a failure", () => {
  expect(count(suite("passed", "passed"), suite("failed"))).toEqual({ passed: 1, failed: 1 });
});

it.each(["", "{", "{}"])("[SH16] a report that is missing or cut off counts nothing: %j", (report) => {
  expect(countTests(report)).toEqual({ passed: 0, failed: 0 });
});
