import type { EncodedHistogram } from "./histogram.ts";

/**
 * What the generator writes down, one JSON object a line (k6's --console-output): what was sent, and what each subscriber
 * saw. The judge reads it afterwards; nothing is concluded inside of k6, where no virtual user sees another.
 */
export type Observation = Began | Published | Seated | Watched | Lag | Extra | Calls;

/** A scenario of the script has begun, at this moment: where its steps lie in time follows from the plan. */
export type Began = { readonly type: "began"; readonly atMs: number };

/** What one publisher sent on one channel in one step, all of it or a part: parts of one publisher add up. */
export type Published = {
  readonly type: "published";
  readonly step: number;
  readonly channel: string;
  readonly publisher: string;
  /** Ascending by number. */
  readonly rows: readonly PublishedRow[];
};

/**
 * Number, when it was sent, and when its acknowledgement came: `ackedAtMs` 0 says that it was refused or nobody knows.
 * `seq` is the acknowledgement's, 0 where the dialect has none.
 */
export type PublishedRow = readonly [number: number, sentAtMs: number, ackedAtMs: number, seq: number];

/**
 * A subscriber has taken its seat: a `watched` line is to follow. k6 interrupts a virtual user that does not end in time,
 * and then nobody would miss what its subscribers had to say.
 */
export type Seated = { readonly type: "seated"; readonly step: number; readonly subscriber: string };

/**
 * What one subscriber saw on one channel of one step, from its seat to its leaving. It is owed every message that was
 * sent after `fromMs` and acknowledged `SETTLE_MS` before `toMs`. A subscriber that resumes over a lost connection is one
 * subscriber; one that cannot resume (gochat) is another one each time.
 */
export type Watched = {
  readonly type: "watched";
  readonly step: number;
  readonly channel: string;
  readonly subscriber: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** The numbers that came, by publisher, as [first, last, first, last …], ascending. */
  readonly seen: Readonly<Record<string, readonly number[]>>;
  readonly delivered: number;
  /** Messages that came once more. */
  readonly duplicated: number;
  /** Messages that came after a greater seq. */
  readonly reordered: number;
  /** The numbers that came after a greater one of their publisher, by publisher, where their seqs ascend or are none. */
  readonly late: Readonly<Record<string, readonly number[]>>;
  /** For the comparison with what other subscribers saw. */
  readonly blocks: readonly OrderBlock[];
  /** Messages that arrived in the steady phase. */
  readonly arrived: number;
  /** From the send to the arrival, of messages that were sent in the steady phase, whenever they arrived. */
  readonly latency: EncodedHistogram;
};

/**
 * A stretch of a channel's messages that every subscriber cuts at the same places, by content: `key` names the message
 * that ends it, `count` and `set` say what was in it whatever the order, `order` in which order. Two subscribers that
 * agree on key, count and set and not on order saw the same messages in different orders.
 */
export type OrderBlock = readonly [key: string, count: number, set: number, order: number];

/** How late the timers of one virtual user were in a step's steady phase: what the generator itself adds. */
export type Lag = { readonly type: "lag"; readonly step: number; readonly lateness: EncodedHistogram };

/** A measure of one scenario alone, such as the time until the last of a storm is current. The greatest of a step counts. */
export type Extra = {
  readonly type: "extra";
  readonly step: number;
  readonly name: string;
  readonly unit: "ms" | "/s" | "";
  readonly value: number;
  /** With it the scenario says that something was wrong: the step fails with this reason. */
  readonly failure?: string;
};

/** The calls of one kind that one virtual user made, exact to the millisecond: parts of one kind add up. */
export type Calls = {
  readonly type: "calls";
  readonly step: number;
  readonly name: string;
  readonly count: number;
  readonly err: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** When the first began and the last ended. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Counts by the bounds of the original's tester (model/call-tally.ts), failed calls included. */
  readonly buckets: readonly number[];
  readonly latency: EncodedHistogram;
};

/** Between an acknowledgement and the end of a seat: a message acknowledged later than this before it may not have come. */
export const SETTLE_MS = 2_000;
