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
  readonly seen: Map<string, NumberSet>;
  readonly cutter: BlockCutter;
  readonly latency: Histogram;
  readonly blocks: OrderBlock[];
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

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** Takes a frame of either dialect as it came. Answers the greatest seq in it, 0 when there is none. */
  see(frame: string, nowMs: number): number {
    return this.seeAll(takeStamps(frame, this.#watch.run), nowMs);
  }

  /** Takes messages that were found already: many subscribers of one virtual user get the same frame. */
  seeAll(stamps: readonly Found[], nowMs: number): number {
    let seq = 0;
    for (const stamp of stamps) {
      if (this.#watch.channels.includes(stamp.channel)) this.#seeOne(stamp, nowMs);
      seq = Math.max(seq, stamp.seq);
    }
    return seq;
  }

  /** What was seen, a line for each channel and each of the steps, also of one in which nothing came. */
  report(firstStep: number, lastStep: number, toMs: number): readonly Watched[] {
    const { channels, subscriber, fromMs } = this.#watch;
    const lines: Watched[] = [];
    for (let step = firstStep; step <= lastStep; step++) {
      for (const channel of channels) {
        const { seen, latency, blocks, delivered, duplicated, reordered } = this.#logOf(step, channel);
        lines.push({
          type: "watched",
          ...{ step, channel, subscriber, fromMs, toMs, delivered, duplicated, reordered, blocks },
          seen: Object.fromEntries([...seen].map(([publisher, numbers]) => [publisher, numbers.runs()])),
          latency: encodeHistogram(latency),
        });
      }
    }
    return lines;
  }

  #seeOne(stamp: Found, nowMs: number): void {
    const { step, channel, publisher, number, sentAtMs, seq } = stamp;
    const log = this.#logOf(step, channel);
    log.delivered++;
    const numbers = log.seen.get(publisher) ?? new NumberSet();
    log.seen.set(publisher, numbers);
    const was = numbers.add(number);
    if (was === "again") {
      log.duplicated++;
      return;
    }
    if (was === "late" || (seq > 0 && seq <= log.lastSeq)) log.reordered++;
    log.lastSeq = Math.max(log.lastSeq, seq);
    const block = log.cutter.take(publisher, number);
    if (block !== null) log.blocks.push(block);
    const { isSteady } = this.#watch;
    if (isSteady(step, sentAtMs) && isSteady(step, nowMs)) record(log.latency, Math.max(0, nowMs - sentAtMs));
  }

  #logOf(step: number, channel: string): Log {
    const key = `${step} ${channel}`;
    let log = this.#logs.get(key);
    if (log === undefined) {
      const counts = { delivered: 0, duplicated: 0, reordered: 0, lastSeq: 0 };
      log = { seen: new Map(), cutter: new BlockCutter(), latency: new Map(), blocks: [], ...counts };
      this.#logs.set(key, log);
    }
    return log;
  }
}
