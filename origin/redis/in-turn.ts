/** Runs what it is given one after the other, each when the one before has settled. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  /** Answers as `work` does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const answer = this.#last.then(work, work);
    this.#last = answer;
    return answer;
  }
}
