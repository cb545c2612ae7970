/** Numbers as runs: what comes in order is one run, however long. */
export class NumberSet {
  /** Ascending and apart: [first, last] each. */
  readonly #runs: [number, number][] = [];

  /** Adds a number; says whether it is new and the greatest, new and late (a greater one is there), or there again. */
  add(number: number): "next" | "late" | "again" {
    const last = this.#runs.at(-1);
    if (last === undefined || number > last[1]) {
      if (last !== undefined && number === last[1] + 1) last[1] = number;
      else this.#runs.push([number, number]);
      return "next";
    }
    const at = this.#runs.findLastIndex(([first]) => first <= number);
    const run = this.#runs[at];
    if (run !== undefined && number <= run[1]) return "again";
    this.#runs.splice(at + 1, 0, [number, number]);
    this.#join(at + 1);
    return "late";
  }

  /** [first, last, first, last …], ascending. */
  runs(): readonly number[] {
    return this.#runs.flat();
  }

  /** Makes one of a run and its neighbours where nothing lies between them. */
  #join(at: number): void {
    for (const i of [at + 1, at]) {
      const [before, run] = [this.#runs[i - 1], this.#runs[i]];
      if (before === undefined || run === undefined || before[1] + 1 !== run[0]) continue;
      before[1] = run[1];
      this.#runs.splice(i, 1);
    }
  }
}
