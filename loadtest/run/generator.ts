import type { GeneratorRow } from "../model/run.ts";
import type { Sample } from "./sampler.ts";

/** From here on a step's figures are the generator's and not the server's. Shares are of 1. */
export const GENERATOR_LIMITS = {
  /** Of all cores of its machine, used by k6. */
  k6ShareMax: 0.9,
  /** By which k6's timers were late, at their 99th percentile. */
  lagP99MsMax: 100,
  /** Of all cores of a machine that the edge shares with k6, and of what is used there, used by k6. */
  machineBusyMax: 0.95,
  k6PartMax: 0.5,
} as const;

/** Where a generator runs, and how late its timers were. */
export type Generating = {
  readonly cores: number;
  /** Whether the edge runs on the same machine. */
  readonly isBesideEdge: boolean;
  readonly lagP99Ms: number | null;
};
type Span = { readonly fromMs: number; readonly toMs: number };
type Figures = { readonly cores: number | null; readonly machineBusy: number | null; readonly lagP99Ms: number | null };

/** What the generator did in a step's steady phase, from the samples in it, and whether it was the bottleneck. */
export function toGeneratorRow(samples: readonly Sample[], span: Span, generating: Generating): GeneratorRow {
  const inside = samples.filter(({ atMs }) => atMs >= span.fromMs && atMs <= span.toMs);
  const cores = rateOf(inside, ({ k6 }) => k6?.cpuSeconds);
  const busy = rateOf(inside, ({ machine }) => machine?.busySeconds);
  const all = rateOf(inside, ({ machine }) => machine?.totalSeconds);
  const machineBusy = busy === null || all === null || all === 0 ? null : busy / all;
  const figures = { cores, machineBusy, lagP99Ms: generating.lagP99Ms };
  const reasons = limitsReached(figures, generating);
  return {
    ...figures,
    residentMiB: greatest(inside.flatMap(({ k6 }) => k6?.residentMiB ?? [])),
    edgeCores: rateOf(inside, ({ edge }) => edge?.cpuSeconds),
    edgeMiB: greatest(inside.flatMap(({ edge }) => edge?.residentMiB ?? [])),
    limited: reasons.length > 0,
    reasons,
  };
}

function limitsReached({ cores, machineBusy, lagP99Ms }: Figures, generating: Generating): readonly string[] {
  const { k6ShareMax, lagP99MsMax, machineBusyMax, k6PartMax } = GENERATOR_LIMITS;
  const { cores: all, isBesideEdge } = generating;
  const reasons: string[] = [];
  if (cores !== null && cores >= k6ShareMax * all) reasons.push(`k6 used ${cores.toFixed(1)} of ${all} cores`);
  if (lagP99Ms !== null && lagP99Ms > lagP99MsMax) {
    reasons.push(`k6's timers were ${Math.round(lagP99Ms)} ms late (p99), more than ${lagP99MsMax} ms`);
  }
  if (!isBesideEdge || cores === null || machineBusy === null || machineBusy < machineBusyMax) return reasons;
  const part = cores / (machineBusy * all);
  if (part > k6PartMax) {
    reasons.push(`the machine was ${toPercent(machineBusy)} busy, and k6 used ${toPercent(part)} of that`);
  }
  return reasons;
}

/** Growth per second of a counter, between the first and the last sample that have it. Null: there are no two. */
function rateOf(samples: readonly Sample[], read: (sample: Sample) => number | undefined): number | null {
  const known = samples.flatMap((sample) => {
    const value = read(sample);
    return value === undefined ? [] : [{ atMs: sample.atMs, value }];
  });
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || last.atMs === first.atMs) return null;
  // A product that was killed comes back as a process that has used nothing.
  return Math.max(0, ((last.value - first.value) * 1_000) / (last.atMs - first.atMs));
}

function greatest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function toPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
