import { LoadProcess } from "./load-process.ts";
import { type MeasureName, measureNames, type Reading } from "./measures.ts";
import type { Form, Product } from "./product.ts";

/** What one measure read of one form in one trial, and the load generator's share of a core. */
export type Trial = {
  readonly trial: number;
  readonly measure: MeasureName;
  readonly form: Form;
  readonly readings: readonly Reading[];
  readonly cpuShare: number;
};

/**
 * Takes every measure on every product, trial after trial. The forms take turns within each measure, and the one that
 * begins changes, so that what else the machine does falls on both. Trial 0 warms up and is not kept.
 */
export async function runTrials(
  products: readonly Product[],
  { trials, ms }: { readonly trials: number; readonly ms: number },
  onTrial: (trial: Trial) => void,
): Promise<readonly Trial[]> {
  const load = new LoadProcess();
  const all: Trial[] = [];
  try {
    for (let trial = 0; trial <= trials; trial++) {
      for (const [i, measure] of measureNames.entries()) {
        const room = trial * measureNames.length + i + 1;
        for (const { form, url, token } of trial % 2 === 0 ? products : products.toReversed()) {
          const { readings, cpuShare } = await load.take({ measure, site: { url, token, room, ms } });
          if (trial === 0) continue;
          all.push({ trial, measure, form, readings, cpuShare });
          onTrial(all[all.length - 1] as Trial);
        }
      }
    }
  } finally {
    load.end();
  }
  return all;
}
