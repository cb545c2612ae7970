import type { JudgedStep } from "../checker/judge.ts";
import { type K6Summary, StepMetrics } from "./k6-summary.ts";
import type { DeliveryRow, GeneratorRow, KillRow, Slo, StepName, StepRow } from "./run.ts";
import { judgeSlo } from "./slo.ts";
import type { Step, StepPlan } from "./steps.ts";

export type { K6Summary } from "./k6-summary.ts";
export { readSlo } from "./slo.ts";

/** All that is known of a trial after k6 ended. The maps are by step. */
export type TrialParts = {
  readonly plan: StepPlan;
  readonly slo: Slo;
  readonly summary: K6Summary;
  readonly judged: ReadonlyMap<number, JudgedStep>;
  readonly generators: ReadonlyMap<number, GeneratorRow>;
  readonly kills: ReadonlyMap<number, KillRow>;
  /** Whether the scenario has subscribers who check what is sent. */
  readonly isChecked: boolean;
};

/** One row for each step of the plan, with its verdict. A kill suspends the step's SLO, never its correctness. [LC13] */
export function toRows(parts: TrialParts): readonly StepRow[] {
  return parts.plan.steps.map((step) => toRow(parts, step));
}

/** The last step that passes. From the first step on in which the generator was the bottleneck nothing is claimed. */
export function capacityOf(rows: readonly StepRow[]): StepName | null {
  return nameOf(claimable(rows).findLast(({ verdict }) => verdict === "pass"));
}

/** The first step that fails, as far as it can be claimed of the server. */
export function bottleneckOf(rows: readonly StepRow[]): StepName | null {
  return nameOf(claimable(rows).find(({ verdict }) => verdict === "fail"));
}

function toRow({ slo, summary, judged, generators, kills, isChecked }: TrialParts, planned: Step): StepRow {
  const { step, vus, steadyAtMs, endMs } = planned;
  const metrics = new StepMetrics(summary, planned);
  const found = judged.get(step);
  const measured = {
    http: metrics.http(),
    ws: metrics.ws(),
    delivery: found?.delivery ?? null,
    extra: found?.extra ?? [],
  };
  const kill = kills.get(step) ?? null;
  const generator = generators.get(step) ?? unknownGenerator(found?.lagP99Ms ?? null);
  const failures = [...judgeDelivery(measured, isChecked), ...judgeKill(kill), ...(found?.failures ?? [])];
  if (kill === null) failures.unshift(...judgeSlo(slo, measured));
  return {
    ...{ step, vus, seconds: (endMs - steadyAtMs) / 1_000, ...measured, generator, kill },
    verdict: failures.length === 0 ? "pass" : "fail",
    reasons: [...failures, ...notesOf(generator, kill, measured.delivery)],
  };
}

function judgeDelivery({ delivery }: Pick<StepRow, "delivery">, isChecked: boolean): readonly string[] {
  const { lost = 0, duplicated = 0, reordered = 0, owed = 0 } = delivery ?? {};
  const wrong = Object.entries({ lost, duplicated, reordered })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`);
  if (isChecked && owed === 0) wrong.push("no message was owed to any subscriber, so that nothing was checked");
  return wrong;
}

/** Its SLO is not judged, but an edge that stays away has failed: nothing that it refused is owed to anybody. */
function judgeKill(kill: KillRow | null): readonly string[] {
  if (kill === null) return [];
  if (kill.readyAfterMs === null) return ["the edge was not ready again after the kill"];
  return kill.resumed === false ? ["nothing was acknowledged any more after the kill"] : [];
}

function notesOf(
  { limited, reasons }: GeneratorRow,
  kill: KillRow | null,
  delivery: DeliveryRow | null,
): readonly string[] {
  const notes = kill === null ? [] : ["killed in the middle: the SLO is not judged"];
  const { owed = 0, subscribers = 0, comparedBlocks = 0 } = delivery ?? {};
  if (owed > 0 && subscribers > 1 && comparedBlocks === 0) {
    notes.push("too few messages to compare their order between subscribers");
  }
  return limited ? [...notes, `the generator was the bottleneck (${reasons.join("; ")})`] : notes;
}

function unknownGenerator(lagP99Ms: number | null): GeneratorRow {
  return { cores: null, machineBusy: null, residentMiB: null, lagP99Ms, limited: false, reasons: [] };
}

function claimable(rows: readonly StepRow[]): readonly StepRow[] {
  const limited = rows.findIndex(({ generator }) => generator.limited);
  return limited < 0 ? rows : rows.slice(0, limited);
}

function nameOf(row: StepRow | undefined): StepName | null {
  return row === undefined ? null : { step: row.step, vus: row.vus };
}
