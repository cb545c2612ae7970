import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { LoadAnswer, LoadJob } from "../load.ts";

type Taken = Extract<LoadAnswer, { ok: true }>;

const program = join(import.meta.dirname, "../load.ts");

/** The load generator, in a process of its own so that nothing else shares its event loop. */
export class LoadProcess {
  readonly #child: ChildProcess = fork(program);

  /** Takes one measurement. Rejects when it failed or the process ended. */
  async take(job: LoadJob): Promise<Taken> {
    const answer = await new Promise<LoadAnswer>((resolve, reject) => {
      this.#child.once("message", (message) => resolve(message as LoadAnswer));
      this.#child.once("exit", (code) => reject(new Error(`the load process ended: ${code}`)));
      this.#child.send(job);
    });
    this.#child.removeAllListeners("exit");
    if (answer.ok) return answer;
    throw new Error(`${job.measure}: ${answer.message}`);
  }

  end(): void {
    this.#child.kill();
  }
}
