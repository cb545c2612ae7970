import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { OriginAnswer, OriginJob } from "../../origin-load.ts";
import { compare } from "../statistics.ts";
import { type OriginMeasure, type OriginSite, originMeasures } from "./measures.ts";
import type { Replica } from "./processes.ts";

/** One measurement of one of the two, the load generator's share of a core, and what the uplinks' frames held. */
export type OriginTrial = {
  readonly trial: number;
  readonly measure: OriginMeasure;
  readonly who: "origin" | "ws";
  readonly rate: number;
  readonly cpuShare: number;
  readonly eventsPerFrameIn?: number;
  readonly requestsPerFrameOut?: number;
};
type Contest = {
  readonly site: Omit<OriginSite, "room" | "ms">;
  readonly replicas: readonly Replica[];
  readonly port: number;
};
type Options = { readonly trials: number; readonly ms: number };

/** How much shorter the trial is that only warms up. */
const WARM_UP = 4;

/**
 * Takes every measure of the origin and of the `ws` server, trial after trial. They take turns, and the one that begins
 * changes. Trial 0 warms up and is not kept.
 */
export async function runOriginTrials(
  { site, replicas, port }: Contest,
  options: Options,
  onTrial: (trial: OriginTrial) => void,
): Promise<readonly OriginTrial[]> {
  const names = Object.keys(originMeasures) as readonly OriginMeasure[];
  const all: OriginTrial[] = [];
  let room = 0;
  for (let trial = 0; trial <= options.trials; trial++) {
    const ms = trial === 0 ? options.ms / WARM_UP : options.ms;
    for (const measure of names) {
      for (const who of trial % 2 === 0 ? (["origin", "ws"] as const) : (["ws", "origin"] as const)) {
        const job =
          who === "origin"
            ? { measure, who, site: { ...site, room: ++room, ms } }
            : { measure, who, site: { port, ms } };
        const before = await readFrameEvents(replicas);
        const answer = await take(job);
        if (!answer.ok) throw new Error(`${measure}, ${who}: ${answer.message}`);
        const frames = who === "ws" ? {} : perFrame(before, await readFrameEvents(replicas));
        if (trial === 0) continue;
        const taken = { trial, measure, who, rate: answer.rate, cpuShare: answer.cpuShare, ...frames };
        all.push(taken);
        onTrial(taken);
      }
    }
  }
  return all;
}

/** A process for each measurement: no garbage of the one before. */
async function take(job: OriginJob): Promise<OriginAnswer> {
  const child: ChildProcess = fork(join(import.meta.dirname, "../../origin-load.ts"));
  try {
    return await new Promise<OriginAnswer>((resolve, reject) => {
      child.once("message", (message) => resolve(message as OriginAnswer));
      child.once("exit", (code) => reject(new Error(`the load process ended: ${code}`)));
      child.send(job);
    });
  } finally {
    child.removeAllListeners("exit").kill();
  }
}

type FrameEvents = Readonly<Record<"in" | "out", { readonly sum: number; readonly count: number }>>;

async function readFrameEvents(replicas: readonly Replica[]): Promise<FrameEvents> {
  const texts = await Promise.all(
    replicas.map(async ({ operations }) => (await fetch(`${operations}/metrics`)).text()),
  );
  const read = (what: "sum" | "count", direction: string) => {
    const line = new RegExp(
      `^edgechat_origin_uplink_frame_events_${what}\\{.*direction="${direction}".*\\} (\\S+)$`,
      "m",
    );
    return texts.reduce((all, text) => all + Number(line.exec(text)?.[1] ?? 0), 0);
  };
  const both = (direction: string) => ({ sum: read("sum", direction), count: read("count", direction) });
  return { in: both("in"), out: both("out") };
}

function perFrame(before: FrameEvents, after: FrameEvents) {
  const mean = (way: "in" | "out") =>
    (after[way].sum - before[way].sum) / Math.max(1, after[way].count - before[way].count);
  return { eventsPerFrameIn: mean("in"), requestsPerFrameOut: mean("out") };
}

/** The medians of both, the ratio of the pairs of trials with its spread, and whether the target is reached. [BE1] */
export function toOriginRows(trials: readonly OriginTrial[]) {
  return (Object.keys(originMeasures) as readonly OriginMeasure[]).map((measure) => {
    const of = (who: "origin" | "ws") => trials.filter((trial) => trial.measure === measure && trial.who === who);
    const rates = (who: "origin" | "ws") => of(who).map(({ rate }) => rate);
    const { monolith: ws, services: origin, ratio, low, high } = compare(rates("ws"), rates("origin"));
    const { ratioMin } = originMeasures[measure];
    return { measure, origin, ws, ratio, low, high, verdict: judgeLeast(ratioMin, low, high), ...means(of("origin")) };
  });
}

function judgeLeast(ratioMin: number | null, low: number, high: number): string {
  if (ratioMin === null) return "";
  if (low >= ratioMin) return `reached: at least ${ratioMin}`;
  return high < ratioMin ? `missed: less than ${ratioMin}` : `none: ${ratioMin} is inside the spread`;
}

function means(trials: readonly OriginTrial[]) {
  const mean = (pick: (trial: OriginTrial) => number | undefined) =>
    trials.reduce((sum, trial) => sum + (pick(trial) ?? 0), 0) / trials.length;
  return {
    eventsPerFrameIn: mean(({ eventsPerFrameIn }) => eventsPerFrameIn),
    requestsPerFrameOut: mean(({ requestsPerFrameOut }) => requestsPerFrameOut),
    generator: mean(({ cpuShare }) => cpuShare),
  };
}
