/** What every message of a load test says of itself, so that every subscriber can check it. */
export type Stamp = {
  /** The run, so that what other runs left in a room is not mistaken for this one's. No `|`, quote or backslash in any of the texts. */
  readonly run: string;
  readonly step: number;
  /** Where it was sent: `r3` is room 3, `u17` is user 17 (gochat's push), any other text a native room. */
  readonly channel: string;
  readonly publisher: string;
  /** 1, 2, 3 … of this publisher on this channel in this step. */
  readonly number: number;
  readonly sentAtMs: number;
};

/** A stamp as it was found in a frame; `seq` is 0 where the dialect has none. */
export type Found = Stamp & { readonly seq: number };

const MARK = "ec|";
const SEQ = '"seq":';
const BODY = '"body":"';
/** No stamp is longer. */
const CHARS_MAX = 200;
/** A mark, six values, and what follows the last `|`. */
const PARTS = 8;
/** What ends a value, or is written in another way in JSON than in the text: with the control characters, up to code 31. */
const UNFIT = '|"\\';
const CONTROL_MAX = 31;

/**
 * The text of a message with this stamp, filled up to `bytes` with dots. Throws when a text of it holds what a frame could
 * not be searched for: it would be found by no subscriber, and so be lost for all.
 */
export function encodeStamp(stamp: Stamp, bytes = 0): string {
  const { run, step, channel, publisher, number, sentAtMs } = stamp;
  const values = [run, step, channel, publisher, number, sentAtMs].map(String);
  const text = `${MARK}${values.join("|")}|`;
  if (text.length <= CHARS_MAX && !values.some(isUnfit)) return text.padEnd(bytes, ".");
  throw new Error(`a stamp has at most ${CHARS_MAX} characters and none of | " \\ in its texts, got ${text}`);
}

// No regular expression: k6's engine takes \p{Cc} within a class for the letters C, c and p (2.2.0).
function isUnfit(value: string): boolean {
  return Array.from(value).some((char) => UNFIT.includes(char) || char.charCodeAt(0) <= CONTROL_MAX);
}

/**
 * Finds every stamp of a run in a WebSocket text frame of either dialect, in its order, without parsing JSON: k6's engine
 * takes 10 us an event for that and 2 us for this (k6 2.2.0, one core). Only what a JSON string, or the frame, begins
 * with is a stamp: somebody may quote one. A stamp that was cut is none, so that its message counts as lost.
 */
export function takeStamps(frame: string, run: string): readonly Found[] {
  const found: Found[] = [];
  const mark = `${MARK}${run}|`;
  for (let at = frame.indexOf(mark); at >= 0; at = frame.indexOf(mark, at + mark.length)) {
    const stamp = beginsText(frame, at) ? readStamp(frame, at) : null;
    if (stamp !== null) found.push({ ...stamp, run, seq: seqBefore(frame, at) });
  }
  return found;
}

function readStamp(frame: string, at: number): Omit<Stamp, "run"> | null {
  const parts = frame.slice(at, at + CHARS_MAX).split("|", PARTS);
  const [, , stepText, channel = "", publisher = "", numberText, sentText] = parts;
  const [step, number, sentAtMs] = [Number(stepText), Number(numberText), Number(sentText)];
  // NaN is not above 0 either.
  const isWhole = parts.length === PARTS && step > 0 && number > 0 && sentAtMs > 0;
  return isWhole ? { step, channel, publisher, number, sentAtMs } : null;
}

/** A quote within a JSON string has a backslash before it; the one that opens a string never has. */
function beginsText(frame: string, at: number): boolean {
  return at === 0 || (frame[at - 1] === '"' && frame[at - 2] !== "\\");
}

/** The seq of a native event stands before its body, with no other body between them. gochat's frames have neither. */
function seqBefore(frame: string, at: number): number {
  if (!frame.startsWith(BODY, at - BODY.length)) return 0;
  const seqAt = frame.lastIndexOf(SEQ, at);
  if (seqAt < 0 || frame.indexOf(BODY, seqAt) !== at - BODY.length) return 0;
  return Number.parseInt(frame.slice(seqAt + SEQ.length, seqAt + SEQ.length + 16), 10);
}
