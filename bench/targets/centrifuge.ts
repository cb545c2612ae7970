import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ensureGoProgram } from "../../scripts/go-program.ts";
import type { Running } from "./target.ts";

/** Centrifugo's library, built once. Rejects where there is no Go or its modules cannot be had. */
export async function startCentrifuge(): Promise<Running> {
  const program = ensureGoProgram("centrifuge", join(import.meta.dirname, "../baselines/centrifuge"));
  if (!program.ok) throw new Error(program.reason);
  const child = spawn(program.path, { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  let room = 0;
  return {
    name: "centrifuge",
    dialect: "centrifugo",
    url: `http://127.0.0.1:${Number(line)}`,
    tokens: [],
    freshRoom: () => `room${++room}`,
    async end() {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}
