import { type MeasureName, measures } from "../measures/measures.ts";
import { startCentrifuge } from "./centrifuge.ts";
import { startNode } from "./node.ts";
import { startEdgechat } from "./product.ts";
import { startRaw } from "./raw.ts";
import type { Running, Target, TargetName } from "./target.ts";

type NotRun = { readonly name: string; readonly reason: string };
type Started = {
  readonly targets: ReadonlyMap<TargetName, Target>;
  readonly notRun: readonly NotRun[];
  readonly end: () => Promise<void>;
};
type Starter = {
  readonly names: readonly TargetName[];
  readonly start: () => Promise<readonly [Running, ...Target[]]>;
};

const starters: readonly Starter[] = [
  { names: ["edgechat"], start: async () => [await startEdgechat()] },
  { names: ["raw-grouped", "raw-one-write"], start: startRaw },
  { names: ["ws"], start: async () => [await startNode("ws")] },
  { names: ["socket.io"], start: async () => [await startNode("socket.io")] },
  { names: ["centrifuge"], start: async () => [await startCentrifuge()] },
];

/** Starts what the measures need. A baseline that cannot start is told of; the product has to. */
export async function startAll(wanted: readonly MeasureName[]): Promise<Started> {
  const needed = new Set(wanted.flatMap((name) => measures[name].targets));
  const targets = new Map<TargetName, Target>();
  const running: Running[] = [];
  const notRun: NotRun[] = [];
  for (const { names, start } of starters) {
    if (!names.some((name) => needed.has(name))) continue;
    try {
      const [first, ...others] = await start();
      running.push(first);
      for (const target of [first, ...others]) targets.set(target.name, target);
    } catch (error) {
      if (names.includes("edgechat")) throw error;
      notRun.push(...names.map((name) => ({ name, reason: String(error) })));
    }
  }
  return {
    targets,
    notRun,
    async end() {
      await Promise.all(running.map((one) => one.end()));
    },
  };
}
