type Cleanup = () => void | Promise<void>;

/** What a start must undo, undone in reverse and once, each step also when the one before it failed. */
export class Cleanups {
  readonly #steps: Cleanup[] = [];
  #done: Promise<void> | undefined;

  add(step: Cleanup): void {
    this.#steps.push(step);
  }

  run(): Promise<void> {
    this.#done ??= this.#runNext();
    return this.#done;
  }

  async #runNext(): Promise<void> {
    const step = this.#steps.pop();
    if (step === undefined) return;
    try {
      await step();
    } finally {
      await this.#runNext();
    }
  }
}
