import { type Histogram, mergeInto, quantileOf, record } from "../model/histogram.ts";
import type { Extra, Lag, Published, PublishedRow, Seated, Watched } from "../model/observation.ts";
import type { DeliveryRow, ExtraRow } from "../model/run.ts";
import { ChannelEvidence, type ChannelFindings } from "./channel-evidence.ts";

/** When a step was steady, on the generator's clock. */
export type Steady = { readonly fromMs: number; readonly toMs: number };

/** What was found in a step. */
export type StepFindings = {
  readonly delivery: DeliveryRow | null;
  readonly unknown: readonly string[];
  readonly failures: readonly string[];
};

/** All that publishers, subscribers and scenarios say of one step. */
export class StepEvidence {
  readonly #channels = new Map<string, ChannelEvidence>();
  readonly #subscribers = new Set<string>();
  readonly #reported = new Set<string>();
  readonly #latency: Histogram = new Map();
  readonly #lateness: Histogram = new Map();
  readonly #extra = new Map<string, ExtraRow>();
  readonly #failures = new Set<string>();
  #arrived = 0;

  published(published: Published): void {
    this.#channelOf(published.channel).published(published);
  }

  seated({ subscriber }: Seated): void {
    this.#subscribers.add(subscriber);
  }

  watched(watched: Watched): void {
    this.#subscribers.add(watched.subscriber);
    this.#reported.add(watched.subscriber);
    this.#arrived += watched.arrived;
    this.#channelOf(watched.channel).watched(watched, this.#latency);
  }

  lag({ lateness }: Lag): void {
    mergeInto(this.#lateness, lateness);
  }

  /** The greatest of a name counts. */
  extra({ name, unit, value, failure }: Extra): void {
    const before = this.#extra.get(name)?.value ?? Number.NEGATIVE_INFINITY;
    if (value > before) this.#extra.set(name, { name, unit, value });
    if (failure !== undefined) this.#failures.add(failure);
  }

  /** How many subscribers took a seat and said nothing of what they saw. */
  get missing(): number {
    return this.#subscribers.size - this.#reported.size;
  }

  extras(): readonly ExtraRow[] {
    return [...this.#extra.values()];
  }

  lagP99Ms(): number | null {
    return quantileOf(this.#lateness, 0.99);
  }

  /** When messages were acknowledged, in no order. */
  ackedAtMs(): readonly number[] {
    return this.#rows()
      .map(([, , ackedAtMs]) => ackedAtMs)
      .filter((at) => at > 0);
  }

  /** Compares what was sent with what was seen. Rates and times are those of the steady phase, counts the whole step's. */
  find(steady: Steady): StepFindings {
    const found = [...this.#channels.values()].map((channel) => channel.find());
    return {
      delivery: found.length === 0 ? null : { ...this.#counts(found), ...this.#speed(steady) },
      unknown: [...new Set(found.flatMap(({ unknown }) => unknown))],
      failures: [...this.#failures, ...found.flatMap(({ failures }) => failures)],
    };
  }

  #counts(found: readonly ChannelFindings[]) {
    const sum = (of: (findings: ChannelFindings) => number) => found.reduce((all, one) => all + of(one), 0);
    const rows = this.#rows();
    return {
      subscribers: this.#subscribers.size,
      sent: rows.length,
      acked: rows.filter(([, , ackedAtMs]) => ackedAtMs > 0).length,
      delivered: sum(({ delivered }) => delivered),
      owed: sum(({ owed }) => owed),
      comparedBlocks: sum(({ comparedBlocks }) => comparedBlocks),
      lost: sum(({ lost }) => lost),
      duplicated: sum(({ duplicated }) => duplicated),
      reordered: sum(({ reordered }) => reordered),
    };
  }

  #speed({ fromMs, toMs }: Steady) {
    const seconds = (toMs - fromMs) / 1_000;
    const isSteady = (at: number) => at >= fromMs && at < toMs;
    const acks: Histogram = new Map();
    let acked = 0;
    for (const [, sentAtMs, ackedAtMs] of this.#rows()) {
      if (ackedAtMs > 0 && isSteady(sentAtMs)) record(acks, Math.max(0, ackedAtMs - sentAtMs));
      if (isSteady(ackedAtMs)) acked++;
    }
    const [p50, p95, p99] = quantilesOf(this.#latency);
    const [ackP50, ackP95, ackP99] = quantilesOf(acks);
    const deliveriesPerSecond = this.#arrived / seconds;
    return { deliveriesPerSecond, ackedPerSecond: acked / seconds, p50, p95, p99, ackP50, ackP95, ackP99 };
  }

  #rows(): readonly PublishedRow[] {
    return [...this.#channels.values()].flatMap((channel) => channel.logs().flatMap(({ rows }) => rows));
  }

  #channelOf(channel: string): ChannelEvidence {
    const evidence = this.#channels.get(channel) ?? new ChannelEvidence(channel);
    this.#channels.set(channel, evidence);
    return evidence;
  }
}

function quantilesOf(histogram: Histogram) {
  return [quantileOf(histogram, 0.5), quantileOf(histogram, 0.95), quantileOf(histogram, 0.99)] as const;
}
