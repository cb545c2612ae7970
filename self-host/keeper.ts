import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "./logger.ts";

/** A process that the supervisor started. */
export type ChildProcess = {
  readonly pid: number | undefined;
  /** Settles with true when it does its work, with false when it ended before that; never rejects. */
  readonly ready: Promise<boolean>;
  /** Settles with what ended it; never rejects. */
  readonly ended: Promise<string>;
  /** Ends it and waits until it is gone. */
  end(): Promise<void>;
};

/** How long to wait between restarts, and how many starts in a row may fail. */
export type RestartPolicy = {
  readonly waitMsMin: number;
  readonly waitMsMax: number;
  readonly failedStartsMax: number;
};
export const restartPolicy: RestartPolicy = { waitMsMin: 100, waitMsMax: 5_000, failedStartsMax: 5 };

/**
 * Keeps one process running: it is started again when it ends, with the reason logged, later after each start that
 * failed, and given up when it ended `failedStartsMax` times in a row before it was ready. [SH12]
 */
export class Keeper {
  /** Settles when the process is ready for the first time. */
  readonly ready: Promise<void>;
  /** Settles with the reason when the process is given up. */
  readonly givenUp: Promise<Error>;
  readonly #name: string;
  readonly #start: () => ChildProcess;
  readonly #log: Logger;
  readonly #policy: RestartPolicy;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #child: ChildProcess;
  #failedStarts = 0;

  constructor(name: string, start: () => ChildProcess, log: Logger, policy: RestartPolicy = restartPolicy) {
    this.#name = name;
    this.#start = start;
    this.#log = log;
    this.#policy = policy;
    this.#child = start();
    const first = Promise.withResolvers<void>();
    const givenUp = Promise.withResolvers<Error>();
    this.ready = first.promise;
    this.givenUp = givenUp.promise;
    this.#done = this.#keep(first.resolve, givenUp.resolve);
  }

  /** The pid of the process that runs now; another one after each restart. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends the process for good. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#child.end();
    await this.#done;
  }

  async #keep(onReady: () => void, onGivenUp: (reason: Error) => void): Promise<void> {
    for (;;) {
      const reason = await this.#watch(this.#child, onReady);
      if (this.#stopping.signal.aborted) return;
      if (this.#failedStarts >= this.#policy.failedStartsMax) {
        return onGivenUp(
          new Error(`${this.#name} failed ${this.#failedStarts} times in a row, the last time: ${reason}`),
        );
      }
      await this.#wait(reason);
      if (this.#stopping.signal.aborted) return;
      this.#child = this.#start();
    }
  }

  async #watch(child: ChildProcess, onReady: () => void): Promise<string> {
    this.#failedStarts++;
    void child.ready.then((isReady) => {
      if (!isReady) return;
      this.#failedStarts = 0;
      this.#log("info", "process ready", { process: this.#name, pid: child.pid });
      onReady();
    });
    return await child.ended;
  }

  async #wait(reason: string): Promise<void> {
    const { waitMsMin, waitMsMax } = this.#policy;
    const restartInMs = Math.min(waitMsMin * 2 ** Math.max(0, this.#failedStarts - 1), waitMsMax);
    this.#log("error", "process ended", { process: this.#name, pid: this.#child.pid, reason, restartInMs });
    await delay(restartInMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
