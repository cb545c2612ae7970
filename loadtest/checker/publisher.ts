import type { Published, PublishedRow } from "../model/observation.ts";
import { encodeStamp } from "../model/stamp.ts";

/** One publisher on one channel in one step. */
export type Publishing = {
  readonly run: string;
  readonly step: number;
  readonly channel: string;
  readonly publisher: string;
  /** Length of a message's text. */
  readonly bytes: number;
};

/** Numbers and stamps what one publisher sends, and keeps what became of it. */
export class Publisher {
  readonly #publishing: Publishing;
  readonly #rows = new Map<number, PublishedRow>();
  readonly #open = new Set<number>();
  #number = 0;

  constructor(publishing: Publishing) {
    this.#publishing = publishing;
  }

  /** The next message: its number, and its text. */
  next(nowMs: number): { readonly number: number; readonly text: string } {
    const { bytes, ...stamp } = this.#publishing;
    const number = ++this.#number;
    this.#rows.set(number, [number, nowMs, 0, 0]);
    this.#open.add(number);
    return { number, text: encodeStamp({ ...stamp, number, sentAtMs: nowMs }, bytes) };
  }

  /** It was acknowledged, under this seq where the dialect has one. What is never acknowledged is owed to nobody. */
  acked(number: number, nowMs: number, seq = 0): void {
    const row = this.#rows.get(number);
    if (row === undefined || !this.#open.delete(number)) return;
    this.#rows.set(number, [number, row[1], nowMs, seq]);
  }

  /** What was sent since the last report, to be called when nothing is on its way any more. Null: nothing. */
  report(): Published | null {
    if (this.#rows.size === 0) return null;
    const { step, channel, publisher } = this.#publishing;
    const rows = [...this.#rows.values()];
    this.#rows.clear();
    this.#open.clear();
    return { type: "published", step, channel, publisher, rows };
  }
}
