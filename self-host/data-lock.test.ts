import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { takeDataLock } from "./data-lock.ts";
import { createTestFolder } from "./test-bundle.ts";

const holder = `import { takeDataLock } from ${JSON.stringify(join(import.meta.dirname, "data-lock.ts"))};
takeDataLock(process.argv[1]);
process.stdout.write("held");
setInterval(() => undefined, 1000);`;

async function holdElsewhere(dataDir: string) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", holder, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  holders.push(child);
  await once(child.stdout, "data");
  return child;
}

const holders: ChildProcess[] = [];
afterEach(() => {
  for (const child of holders.splice(0)) child.kill("SIGKILL");
});

describe("the lock of a data folder", { timeout: 20_000 }, () => {
  it("[SH4] a second holder is refused with the first one's pid, until it is released", () => {
    const dataDir = createTestFolder();
    const lock = takeDataLock(dataDir);
    expect(readFileSync(join(dataDir, "pid"), "utf8")).toBe(`${process.pid}\n`);
    expect(() => takeDataLock(dataDir)).toThrow(`in use by process ${process.pid}: stop it, or set DATA_DIR`);
    lock.release();
    takeDataLock(dataDir).release();
  });

  it("[SH4] the lock of another process holds, and is gone with the process after kill -9", async () => {
    const dataDir = createTestFolder();
    const other = await holdElsewhere(dataDir);
    expect(() => takeDataLock(dataDir)).toThrow(`in use by process ${other.pid}`);
    other.kill("SIGKILL");
    await once(other, "exit");
    takeDataLock(dataDir).release();
  });

  it("[SH4] a folder that cannot be written is refused with the reason, not as held", () => {
    expect(() => takeDataLock(join(createTestFolder(), "missing"))).toThrow("unable to open database file");
  });
});
