import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import type { Running, Target } from "./target.ts";

const source = join(import.meta.dirname, "../baselines/raw");
const workerd = join(dirname(createRequire(import.meta.url).resolve("workerd/package.json")), "bin", "workerd");

/** Both bare objects, in one process of the bare runtime with a data folder of its own. */
export async function startRaw(): Promise<readonly [Running, Target]> {
  const folder = mkdtempSync(join(tmpdir(), "edgechat-raw-"));
  mkdirSync(join(folder, "objects"));
  const outfile = join(folder, "worker.js");
  const external = ["cloudflare:workers"];
  await build({ entryPoints: [join(source, "worker.ts")], bundle: true, format: "esm", external, outfile });
  cpSync(join(source, "config.capnp"), join(folder, "config.capnp"));
  const child = spawn(workerd, ["serve", "--control-fd=3", "config.capnp"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const stop = () => child.kill("SIGKILL");
  process.once("exit", stop);
  const port = await readPort(child.stdio[3] as NodeJS.ReadableStream);
  const end = async () => {
    process.off("exit", stop);
    const gone = once(child, "exit");
    stop();
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  let room = 0;
  const shared = { dialect: "raw", url: `http://127.0.0.1:${port}`, tokens: [] } as const;
  return [
    { ...shared, name: "raw-grouped", freshRoom: () => `grouped-${++room}`, end },
    { ...shared, name: "raw-one-write", freshRoom: () => `one-${++room}` },
  ];
}

async function readPort(lines: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface(lines)) {
    const { event, port } = JSON.parse(line) as { readonly event: string; readonly port?: number };
    if (event === "listen" && port !== undefined) return port;
  }
  throw new Error("the bare runtime ended before it listened");
}
