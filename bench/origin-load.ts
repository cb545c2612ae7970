import { type OriginMeasure, type OriginSite, originMeasures, type YardstickSite } from "./lib/replicas/measures.ts";

/** One measurement that the load process is asked for, and what it answers. */
export type OriginJob =
  | { readonly measure: OriginMeasure; readonly who: "origin"; readonly site: OriginSite }
  | { readonly measure: OriginMeasure; readonly who: "ws"; readonly site: YardstickSite };
export type OriginAnswer =
  | { readonly ok: true; readonly rate: number; readonly cpuShare: number }
  | { readonly ok: false; readonly message: string };

/** Takes one measurement, and which share of one core this process used for it. */
async function take(job: OriginJob): Promise<OriginAnswer> {
  const started = performance.now();
  const before = process.cpuUsage();
  const measure = originMeasures[job.measure];
  try {
    const rate = job.who === "origin" ? await measure.origin(job.site) : await measure.ws(job.site);
    const { user, system } = process.cpuUsage(before);
    return { ok: true, rate, cpuShare: (user + system) / 1_000 / (performance.now() - started) };
  } catch (error) {
    return { ok: false, message: String(error) };
  }
}

process.on("message", (job: OriginJob) => {
  void take(job).then((answer) => process.send?.(answer));
});
process.once("disconnect", () => process.exit());
