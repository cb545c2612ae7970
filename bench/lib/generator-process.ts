import { fork } from "node:child_process";
import { join } from "node:path";
import type { Answer, Order } from "../generator.ts";

const program = join(import.meta.dirname, "../generator.ts");
const TRIAL_MS_MAX = 120_000;

/** Takes one trial in a process of its own, so that no trial pays for what an earlier one left. */
export async function takeTrial(order: Order): Promise<Answer> {
  const child = fork(program, { serialization: "advanced" });
  const late = setTimeout(() => child.kill("SIGKILL"), TRIAL_MS_MAX);
  try {
    return await new Promise<Answer>((resolve) => {
      child.once("message", (answer) => resolve(answer as Answer));
      child.once("exit", (code, signal) => resolve({ ok: false, message: `the generator ended: ${signal ?? code}` }));
      child.send(order);
    });
  } finally {
    clearTimeout(late);
    child.kill();
  }
}
