import { type MeasureName, measures, type Reading, type Site } from "./lib/measures.ts";

/** One measurement that the load process is asked for, and what it answers. */
export type LoadJob = { readonly measure: MeasureName; readonly site: Site };
export type LoadAnswer =
  | { readonly ok: true; readonly readings: readonly Reading[]; readonly cpuShare: number }
  | { readonly ok: false; readonly message: string };

/** Takes one measurement, and which share of one core this process used for it. */
async function take({ measure, site }: LoadJob): Promise<LoadAnswer> {
  const started = performance.now();
  const before = process.cpuUsage();
  try {
    const readings = await measures[measure].take(site);
    const { user, system } = process.cpuUsage(before);
    return { ok: true, readings, cpuShare: (user + system) / 1_000 / (performance.now() - started) };
  } catch (error) {
    return { ok: false, message: String(error) };
  }
}

process.on("message", (job: LoadJob) => {
  void take(job).then((answer) => process.send?.(answer));
});
process.once("disconnect", () => process.exit());
