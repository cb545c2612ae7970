import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withoutTool } from "./missing-tool.ts";
import { findOnPath } from "./server-binary.ts";

const folder = mkdtempSync(join(tmpdir(), "edgechat-path-"));
const [empty, full] = [join(folder, "empty"), join(folder, "full")];
const path = [empty, full].join(delimiter);

beforeAll(() => {
  for (const name of [empty, full]) mkdirSync(name);
  mkdirSync(join(empty, "server"));
  writeFileSync(join(full, "server"), "");
  chmodSync(join(full, "server"), 0o755);
  writeFileSync(join(full, "no-program"), "");
  chmodSync(join(full, "no-program"), 0o644);
});
afterAll(() => rmSync(folder, { recursive: true }));

it("[PT1] a program is the first file of its name on the PATH; a folder of that name is none", () => {
  expect(findOnPath("server", path)).toBe(join(full, "server"));
});

it.each(["no-program", "missing"])("[PT1] %s is not taken for a program", (name) => {
  expect(findOnPath(name, path)).toBeNull();
});

it("[PT1] folders of the PATH that depend on where one stands do not count", () => {
  expect(findOnPath("server", ["", ".", "full"].join(delimiter))).toBeNull();
});

it("[PT2] what cannot be checked without a system part is named, and fails where CI is set", () => {
  const message = "NOT CHECKED: the outbox, because there is no redis-server here.";
  expect(withoutTool("the outbox", "there is no redis-server here", "true")).toEqual({ fails: true, message });
  expect(withoutTool("the outbox", "there is no redis-server here", undefined)).toEqual({ fails: false, message });
});
