import { type Found, takeStamps } from "../model/stamp.ts";

/** A frame of events: it follows `after` without a gap and ends with `last`. */
export type EventsRun = { readonly after: number; readonly last: number; readonly stamps: readonly Found[] };

const EVENTS = '[{"type":"events","after":';
const SEQ = '"seq":';
/** A safe integer has no more digits. */
const DIGITS_MAX = 16;

/**
 * Reads frames of events without parsing JSON. A room writes one text for all of its subscribers, so those of one virtual
 * user share a reader, which scans it once.
 */
export class EventsReader {
  readonly #run: string;
  #text = "";
  #read: EventsRun | null = null;

  constructor(run: string) {
    this.#run = run;
  }

  /** The run of events in a text frame; null when the frame begins with something else. */
  read(text: string): EventsRun | null {
    if (!text.startsWith(EVENTS)) return null;
    if (text !== this.#text) {
      this.#text = text;
      this.#read = scan(text, this.#run);
    }
    return this.#read;
  }
}

// In a body a quote is escaped: `"seq":` stands in front of a seq only.
function scan(text: string, run: string): EventsRun {
  const after = integerAt(text, EVENTS.length);
  const lastAt = text.lastIndexOf(SEQ);
  return { after, last: lastAt < 0 ? after : integerAt(text, lastAt + SEQ.length), stamps: takeStamps(text, run) };
}

function integerAt(text: string, at: number): number {
  return Number.parseInt(text.slice(at, at + DIGITS_MAX), 10);
}
