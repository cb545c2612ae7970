import { encodeHistogram, type Histogram, record } from "../model/histogram.ts";
import type { OrderBlock, Watched } from "../model/observation.ts";
import { type Found, takeStamps } from "../model/stamp.ts";
import { BlockCutter } from "./blocks.ts";
import { NumberSet } from "./number-set.ts";

/** Who watches: a subscriber of a run on its channels, from the moment of its seat. */
export type Watch = {
  readonly run: string;
  readonly subscriber: string;
  readonly channels: readonly string[];
  readonly fromMs: number;
  /** Whether a moment lies in the steady phase of a step. */
  readonly isSteady: (step: number, atMs: number) => boolean;
};

type Log = {
  readonly step: number;
  readonly channel: string;
  readonly seen: Map<string, NumberSet>;
  readonly cutter: BlockCutter;
  readonly latency: Histogram;
  readonly blocks: OrderBlock[];
  readonly late: Map<string, number[]>;
  arrived: number;
  delivered: number;
  duplicated: number;
  reordered: number;
  lastSeq: number;
};

/**
 * Checks what one subscriber gets. Every message that comes is looked at: whether it came before, and whether it came
 * behind a later one. What did not come at all is for the judge, who knows what was sent. Texts of other runs and of
 * channels that are not watched are passed over.
 */
export class Watcher {
  readonly #watch: Watch;
  readonly #logs = new Map<string, Log>();
  #seenAtMs = 0;
  #newestSentMs = 0;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** When the last message of its channels came; 0: none has. */
  get seenAtMs(): number {
    return this.#seenAtMs;
  }

  /** When the newest of them was sent. */
  get newestSentMs(): number {
    return this.#newestSentMs;
  }

  /** Takes a frame of either dialect as it came. Answers the greatest seq in it, 0 when there is none. */
  see(frame: string, nowMs: number): number {
    return this.seeAll(takeStamps(frame, this.#watch.run), nowMs);
  }

  /** Takes messages that were found already: many subscribers of one virtual user get the same frame. */
  seeAll(stamps: readonly Found[], nowMs: number): number {
    let seq = 0;
    // By index: in k6's engine an iterator makes two objects for each message.
    for (let i = 0; i < stamps.length; i++) {
      const stamp = stamps[i];
      if (stamp === undefined) continue;
      if (this.#watch.channels.includes(stamp.channel)) this.#seeOne(stamp, nowMs);
      seq = Math.max(seq, stamp.seq);
    }
    return seq;
  }

  /**
   * What was seen, a line for each channel and each of the steps, also of one in which nothing came, and of every other
   * step of which something came.
   */
  report(firstStep: number, lastStep: number, toMs: number): readonly Watched[] {
    const { channels, subscriber, fromMs } = this.#watch;
    for (let step = firstStep; step <= lastStep; step++) {
      for (const channel of channels) this.#logOf(step, channel);
    }
    return [...this.#logs.values()].map((log) => {
      const { step, channel, arrived, delivered, duplicated, reordered, blocks } = log;
      return {
        type: "watched",
        ...{ step, channel, subscriber, fromMs, toMs, arrived, delivered, duplicated, reordered, blocks },
        seen: Object.fromEntries([...log.seen].map(([publisher, numbers]) => [publisher, numbers.runs()])),
        late: Object.fromEntries(log.late),
        latency: encodeHistogram(log.latency),
      };
    });
  }

  #seeOne(stamp: Found, nowMs: number): void {
    const { step, channel, publisher, number, sentAtMs, seq } = stamp;
    const log = this.#logOf(step, channel);
    log.delivered++;
    const { isSteady } = this.#watch;
    if (isSteady(step, nowMs)) log.arrived++;
    this.#seenAtMs = nowMs;
    this.#newestSentMs = Math.max(this.#newestSentMs, sentAtMs);
    const numbers = log.seen.get(publisher) ?? new NumberSet();
    log.seen.set(publisher, numbers);
    const was = numbers.add(number);
    if (was === "again") {
      log.duplicated++;
      return;
    }
    if (seq > 0 && seq <= log.lastSeq) log.reordered++;
    else if (was === "late") log.late.set(publisher, [...(log.late.get(publisher) ?? []), number]);
    log.lastSeq = Math.max(log.lastSeq, seq);
    const block = log.cutter.take(publisher, number);
    if (block !== null) log.blocks.push(block);
    if (isSteady(step, sentAtMs)) record(log.latency, Math.max(0, nowMs - sentAtMs));
  }

  #logOf(step: number, channel: string): Log {
    const key = `${step} ${channel}`;
    let log = this.#logs.get(key);
    if (log === undefined) {
      const counts = { arrived: 0, delivered: 0, duplicated: 0, reordered: 0, lastSeq: 0 };
      const kept = { seen: new Map(), late: new Map(), latency: new Map(), blocks: [] };
      log = { step, channel, cutter: new BlockCutter(), ...kept, ...counts };
      this.#logs.set(key, log);
    }
    return log;
  }
}
