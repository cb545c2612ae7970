import type { RoomConnection } from "../../client/connect-room.ts";
import type { RoomEvent } from "../../contracts/event.ts";
import type { Reading, Site } from "./measures.ts";
import { repeat } from "./rest.ts";
import { enter } from "./room.ts";
import { quantile } from "./statistics.ts";

const SUBSCRIBERS = 50;
const PACE_MS = 10;
const IN_FLIGHT = 256;

/**
 * Measures the time from a send to its arrival at each of fifty subscribers on native sockets, at a hundred messages a
 * second. Every subscriber checks that it gets every seq; a hole ends the measurement.
 */
export function measureFanOut(site: Site): Promise<readonly Reading[]> {
  return withAudience(site, async (publisher, audience) => {
    await audience.untilAll(await publishPaced(publisher, site.ms));
    return [
      { name: "p50 of send to receive", unit: "ms", value: quantile(audience.times, 0.5) },
      { name: "p99 of send to receive", unit: "ms", value: quantile(audience.times, 0.99) },
    ];
  });
}

/** Measures how many events arrive a second, at fifty subscribers together, when the publisher sends what it can. */
export function measureFlood(site: Site): Promise<readonly Reading[]> {
  return withAudience(site, async (publisher, audience) => {
    const from = performance.now();
    const { times } = await repeat(() => publisher.send("hello"), IN_FLIGHT, site.ms);
    await audience.untilAll(times.length);
    const seconds = (performance.now() - from) / 1_000;
    return [{ name: "deliveries", unit: "/s", value: (times.length * SUBSCRIBERS) / seconds }];
  });
}

async function withAudience(
  site: Site,
  measure: (publisher: RoomConnection, audience: Audience) => Promise<readonly Reading[]>,
): Promise<readonly Reading[]> {
  const audience = new Audience();
  const publisher = await enter(site);
  const rooms = [publisher];
  try {
    for (let i = 0; i < SUBSCRIBERS; i++) rooms.push(await enter(site, audience.subscriber()));
    return await measure(publisher, audience);
  } finally {
    for (const room of rooms) room.close();
  }
}

/** At a fixed pace and not after the last answer: a slow server must not thin out its own measurement. */
async function publishPaced(publisher: RoomConnection, ms: number): Promise<number> {
  const total = Math.round(ms / PACE_MS);
  const started = performance.now();
  const sends: Promise<unknown>[] = [];
  while (sends.length < total) {
    const waitMs = started + sends.length * PACE_MS - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    sends.push(publisher.send(String(performance.now())));
  }
  await Promise.all(sends);
  return total;
}

/** Fifty readers, what they got, and whether it is all. */
class Audience {
  readonly times: number[] = [];
  readonly #seqs: number[] = [];
  #wake = (): void => {};

  /** A new reader: what it is to do with its events. */
  subscriber(): (events: readonly RoomEvent[]) => void {
    const i = this.#seqs.push(0) - 1;
    return (events) => this.#receive(i, events);
  }

  /** Resolves when every reader has the log up to this seq. */
  async untilAll(seq: number): Promise<void> {
    while (this.#seqs.some((at) => at < seq)) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  #receive(i: number, events: readonly RoomEvent[]): void {
    const now = performance.now();
    for (const { seq, body = "" } of events) {
      const expected = (this.#seqs[i] ?? 0) + 1;
      if (seq !== expected) throw new Error(`subscriber ${i} got seq ${seq} and not ${expected}`);
      this.#seqs[i] = seq;
      const sentAt = Number(body);
      if (sentAt > 0) this.times.push(now - sentAt);
    }
    this.#wake();
  }
}
