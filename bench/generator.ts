import type { Site, Taken } from "./measures/measure.ts";
import { type MeasureName, measures } from "./measures/measures.ts";

/** One trial that the load generator is asked for, and what it answers. */
export type Order = { readonly measure: MeasureName; readonly site: Site };
export type Answer =
  | ({ readonly ok: true; readonly cpuShare: number } & Taken)
  | { readonly ok: false; readonly message: string };

/** Takes one trial, and which share of one core this process used for it. */
async function take({ measure, site }: Order): Promise<Answer> {
  const started = performance.now();
  const before = process.cpuUsage();
  try {
    const taken = await measures[measure].take(site);
    const { user, system } = process.cpuUsage(before);
    return { ok: true, ...taken, cpuShare: (user + system) / 1_000 / (performance.now() - started) };
  } catch (error) {
    return { ok: false, message: String(error) };
  }
}

process.on("message", (order: Order) => {
  void take(order).then((answer) => process.send?.(answer));
});
process.once("disconnect", () => process.exit());
