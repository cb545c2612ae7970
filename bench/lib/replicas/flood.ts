import { numbered, Tally } from "./numbers.ts";

/** Messages that are on their way to the readers, on average: what is sent waits for what was read. */
const WINDOW = 200;

/** A place where messages are published, with readers that tell the tally. */
export type Audience = { readonly publish: (text: string) => void; readonly close: () => void };

/**
 * Publishes as fast as the readers read, for so long, and answers deliveries a second. Rejects when a reader missed one,
 * got one twice or in another order. [BE2]
 */
export async function flood(gather: (tally: Tally) => Promise<Audience>, ms: number): Promise<number> {
  let wake = () => {};
  const tally = new Tally(() => wake());
  const audience = await gather(tally);
  try {
    const started = performance.now();
    let sent = 0;
    const isDone = () => tally.delivered === sent * tally.readers;
    while (tally.fault === undefined) {
      const hasTime = performance.now() - started < ms;
      if (!hasTime && isDone()) break;
      while (hasTime && sent * tally.readers - tally.delivered < WINDOW * tally.readers) {
        audience.publish(numbered(++sent));
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (tally.fault !== undefined) throw new Error(tally.fault);
    return tally.delivered / ((performance.now() - started) / 1_000);
  } finally {
    audience.close();
  }
}
