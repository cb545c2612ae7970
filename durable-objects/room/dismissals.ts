import type { FailureName } from "../../contracts/failures.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { CarrierStub } from "../../contracts/objects.ts";

type Parts = {
  readonly room: string;
  readonly stub: () => Pick<CarrierStub, "dismiss">;
  /** Whether the room was deleted: then nobody is told any more. */
  readonly ended: () => boolean;
};

const RETRY_MS = 1_000;

/** What one carrier is told of seats that end: at once, beside a delivery that is on its way, and until it took it. [UP10] */
export class Dismissals {
  readonly #parts: Parts;
  #underWay = 0;
  #told: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get idle(): boolean {
    return this.#underWay === 0;
  }

  /** Resolves when the carrier knows of all that was said until now. What it must not hand on to them waits for this. */
  get told(): Promise<unknown> {
    return this.#told;
  }

  say(failure: FailureName, userId: number): void {
    this.#underWay++;
    const told = this.#say(failure, userId).finally(() => {
      this.#underWay--;
    });
    this.#told = Promise.all([this.#told, told]);
  }

  async #say(failure: FailureName, userId: number): Promise<void> {
    const { room, stub, ended } = this.#parts;
    while (!ended()) {
      try {
        return await stub().dismiss(room, failure, userId);
      } catch (error) {
        log("warn", "carrier was not told who may not stay", { room, error: describeError(error) });
        await scheduler.wait(RETRY_MS);
      }
    }
  }
}
