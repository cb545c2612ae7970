type Turn = { alone: Promise<void> | null; readonly together: Set<Promise<void>> };

/**
 * Keeps the order in which one asks: what may run together runs together, behind what was to run alone before it, and
 * what runs alone waits for all of that. Work begins at once when nothing is before it, and must not reject. [UP4]
 */
export class Turns {
  readonly #turns = new Map<string, Turn>();

  together(key: string, work: () => Promise<void>): void {
    const turn = this.#of(key);
    const done = turn.alone === null ? work() : turn.alone.then(work);
    turn.together.add(done);
    void done.then(() => {
      turn.together.delete(done);
      this.#forget(key, turn);
    });
  }

  alone(key: string, work: () => Promise<void>): void {
    const turn = this.#of(key);
    const before = [...turn.together, ...(turn.alone === null ? [] : [turn.alone])];
    turn.together.clear();
    const done = before.length === 0 ? work() : Promise.all(before).then(work);
    turn.alone = done;
    void done.then(() => {
      if (turn.alone === done) turn.alone = null;
      this.#forget(key, turn);
    });
  }

  #of(key: string): Turn {
    const known = this.#turns.get(key);
    if (known !== undefined) return known;
    const turn: Turn = { alone: null, together: new Set() };
    this.#turns.set(key, turn);
    return turn;
  }

  #forget(key: string, turn: Turn): void {
    const isOver = turn.alone === null && turn.together.size === 0;
    if (isOver && this.#turns.get(key) === turn) this.#turns.delete(key);
  }
}
