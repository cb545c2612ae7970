import type { Buffer } from "node:buffer";

/** A frame that was read once: whoever gets the same bytes at the same place gets the same messages. */
export type ReadFrame = {
  readonly bytes: Buffer;
  readonly bodies: readonly string[];
  /** When each message was meant to be sent, in ms of this process's clock. */
  readonly sentAtMs: Float64Array;
};

/** What went wrong on the way to one reader. */
export type Faults = { lost: number; duplicated: number; reordered: number };

/**
 * The order of a room as its readers found it: the first to get a message settles its place, and everybody else must get the
 * same at that place. Nobody trusts the server's own numbers for that; where it gives some, they are checked besides.
 */
export class Ledger {
  readonly #order: string[] = [];
  readonly #frames = new Map<number, ReadFrame>();
  /** The messages that somebody sent. */
  #sent = 0;

  get length(): number {
    return this.#order.length;
  }

  get sent(): number {
    return this.#sent;
  }

  /** A message is on its way. */
  noteSent(): void {
    this.#sent++;
  }

  /** The frame that somebody got at this place before, if the bytes are the same. */
  known(place: number, payload: Buffer): ReadFrame | null {
    const frame = this.#frames.get(place);
    return frame !== undefined && payload.equals(frame.bytes) ? frame : null;
  }

  /** Whether these messages stand at this place, or nothing stands there yet: then they do from now on. */
  take(place: number, frame: ReadFrame): boolean {
    if (place > this.#order.length) return false;
    for (const [i, body] of frame.bodies.entries()) {
      const standing = this.#order[place + i];
      if (standing === undefined) this.#order.push(body);
      else if (standing !== body) return false;
    }
    this.#frames.set(place, frame);
    return true;
  }

  /** Frames are needed until the slowest reader is past them. */
  forgetBefore(place: number): void {
    for (const at of this.#frames.keys()) {
      if (at >= place) return;
      this.#frames.delete(at);
    }
  }

  /** What is wrong with the order itself: a message that was sent and never came, or came twice, or before an older one of its sender. */
  judgeOrder(): Faults {
    return judge(this.#order, this.#sent);
  }

  /** What a reader missed, got twice or got out of turn: it has `place` messages in order, and then these. */
  judgeReader(place: number, strays: readonly string[]): Faults {
    const missing = this.#order.slice(place);
    if (strays.length === 0) return { lost: missing.length, duplicated: 0, reordered: 0 };
    const before = new Set(this.#order.slice(0, place));
    const due = new Map(missing.map((body, i) => [body, i]));
    const faults = { lost: 0, duplicated: 0, reordered: 0 };
    let last = -1;
    const seen = new Set<string>();
    for (const body of strays) {
      if (before.has(body) || seen.has(body)) {
        faults.duplicated++;
        continue;
      }
      seen.add(body);
      const at = due.get(body) ?? Number.POSITIVE_INFINITY;
      if (at < last) faults.reordered++;
      else last = at;
    }
    faults.lost = missing.filter((body) => !seen.has(body)).length;
    return faults;
  }
}

function judge(order: readonly string[], sent: number): Faults {
  const faults = { lost: 0, duplicated: 0, reordered: 0 };
  const newest = new Map<string, number>();
  const seen = new Set<string>();
  for (const body of order) {
    if (seen.has(body)) {
      faults.duplicated++;
      continue;
    }
    seen.add(body);
    const { publisher, number } = readBody(body);
    if (number < (newest.get(publisher) ?? 0)) faults.reordered++;
    else newest.set(publisher, number);
  }
  faults.lost = sent - seen.size;
  return faults;
}

const BODY_CHARS = 64;

/** A message's text: who sends it, the number of it, and when it was meant to be sent; 64 characters in all. */
export function toBody(publisher: number, number: number, sentAtMs: number): string {
  return `${publisher}.${number}.${sentAtMs.toFixed(3)} `.padEnd(BODY_CHARS, "edgechat ");
}

/** The same the other way round. */
export function readBody(body: string): {
  readonly publisher: string;
  readonly number: number;
  readonly sentAtMs: number;
} {
  const [publisher = "", number, whole, fraction = ""] = body.split(".", 4);
  return { publisher, number: Number(number), sentAtMs: Number(`${whole}.${fraction.slice(0, 3)}`) };
}
