import { type Histogram, mergeInto } from "../model/histogram.ts";
import type { Published, Watched } from "../model/observation.ts";
import { BlockVotes } from "./block-votes.ts";
import { SentLog } from "./sent-log.ts";

/** What was found on one channel of one step, by (message, subscriber) pair. */
export type ChannelFindings = {
  readonly delivered: number;
  readonly owed: number;
  readonly comparedBlocks: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** Publishers of whom messages came that they never reported. */
  readonly unknown: readonly string[];
  readonly failures: readonly string[];
};

/** What is kept of a subscriber's line. */
type Seen = Pick<Watched, "fromMs" | "toMs" | "seen" | "late">;

/** What publishers and subscribers say of one channel in one step. */
export class ChannelEvidence {
  readonly #channel: string;
  readonly #logs = new Map<string, SentLog>();
  readonly #watched: Seen[] = [];
  readonly #votes = new BlockVotes();
  #delivered = 0;
  #duplicated = 0;
  #reordered = 0;

  constructor(channel: string) {
    this.#channel = channel;
  }

  /** Takes a part of what a publisher sent. */
  published({ publisher, rows }: Published): void {
    const log = this.#logs.get(publisher) ?? new SentLog();
    this.#logs.set(publisher, log);
    log.add(rows);
  }

  /** Takes what a subscriber saw, and adds its latencies to `all`. Of its line only what is owed to it is kept. */
  watched(
    { fromMs, toMs, seen, late, blocks, delivered, duplicated, reordered, latency }: Watched,
    all: Histogram,
  ): void {
    this.#watched.push({ fromMs, toMs, seen, late });
    this.#delivered += delivered;
    this.#duplicated += duplicated;
    this.#reordered += reordered;
    // What is sent to one user (`u…`) comes from rooms of two: no order between senders is promised there.
    if (!/^u\d+$/.test(this.#channel)) this.#votes.add(blocks);
    mergeInto(all, latency);
  }

  /** Everything that was sent on the channel. */
  logs(): readonly SentLog[] {
    return [...this.#logs.values()];
  }

  /** Compares what was sent with what was seen. */
  find(): ChannelFindings {
    const { sharedSeqs, failures } = this.#checkNumbers();
    const descending = this.logs().reduce((sum, log) => sum + log.seqsDescending, 0);
    return {
      delivered: this.#delivered,
      owed: this.#sum((log, { fromMs, toMs }) => log.owed(fromMs, toMs)),
      comparedBlocks: this.#votes.compared,
      lost: this.#sum((log, { fromMs, toMs, seen }, publisher) => log.lost(seen[publisher] ?? [], fromMs, toMs)),
      duplicated: this.#duplicated,
      reordered: this.#reordered + this.#late() + this.#votes.reordered + descending + sharedSeqs,
      unknown: this.#unknown(),
      failures,
    };
  }

  /** What came behind a later message of its publisher, and was acknowledged. [LC3] */
  #late(): number {
    return this.#sum((log, { late }, publisher) => log.acked(late[publisher] ?? []));
  }

  #sum(of: (log: SentLog, watched: Seen, publisher: string) => number): number {
    let sum = 0;
    for (const watched of this.#watched) for (const [name, log] of this.#logs) sum += of(log, watched, name);
    return sum;
  }

  #unknown(): readonly string[] {
    const unknown = new Set<string>();
    for (const { seen } of this.#watched) {
      for (const [publisher, runs] of Object.entries(seen)) {
        const log = this.#logs.get(publisher);
        if (log === undefined || log.unknown(runs) > 0) unknown.add(publisher);
      }
    }
    return [...unknown];
  }

  #checkNumbers(): { readonly sharedSeqs: number; readonly failures: readonly string[] } {
    const failures = [...this.#logs]
      .filter(([, log]) => log.numberedTwice > 0)
      .map(([publisher]) => `${publisher} numbered messages of channel ${this.#channel} twice`);
    const seqs = this.logs().flatMap(({ rows }) => rows.map(([, , , seq]) => seq).filter((seq) => seq > 0));
    const sharedSeqs = seqs.length - new Set(seqs).size;
    if (sharedSeqs > 0) failures.push(`${sharedSeqs} messages of channel ${this.#channel} have another one's seq`);
    return { sharedSeqs, failures };
  }
}
