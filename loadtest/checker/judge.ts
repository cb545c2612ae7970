import type { Observation } from "../model/observation.ts";
import type { DeliveryRow, ExtraRow } from "../model/run.ts";
import type { StepPlan } from "../model/steps.ts";
import { longestSilence } from "./longest-silence.ts";
import { StepEvidence } from "./step-evidence.ts";

/** What the judge says of one step. A part is null where nothing was observed of it. */
export type JudgedStep = {
  readonly delivery: DeliveryRow | null;
  readonly extra: readonly ExtraRow[];
  /** What makes the step fail beside its delivery row, in words. */
  readonly failures: readonly string[];
  /** How late the generator's timers were. */
  readonly lagP99Ms: number | null;
  /** The longest time between two moments of the generator's clock in which no message was acknowledged, ms. */
  readonly longestSilence: (fromMs: number, toMs: number) => number;
  /** Whether a message was acknowledged after a moment of the generator's clock. */
  readonly hasAckAfter: (atMs: number) => boolean;
};

/** `isBrokenOff`: somebody ended the run, so that not everybody could report. */
export type Judging = { readonly isBrokenOff?: boolean };

/** Concludes from everything that was observed what became of the messages of each step of the plan. */
export function judge(
  observations: Iterable<Observation>,
  plan: StepPlan,
  how: Judging = {},
): ReadonlyMap<number, JudgedStep> {
  const judging = new Judge(plan, how);
  for (const observation of observations) judging.take(observation);
  return judging.steps();
}

/** The same, for a reader that gets its observations one after the other. */
export class Judge {
  readonly #plan: StepPlan;
  readonly #steps: ReadonlyMap<number, StepEvidence>;
  readonly #isBrokenOff: boolean;
  #beganAtMs: number | null = null;

  constructor(plan: StepPlan, { isBrokenOff = false }: Judging = {}) {
    this.#plan = plan;
    this.#isBrokenOff = isBrokenOff;
    this.#steps = new Map(plan.steps.map(({ step }) => [step, new StepEvidence()]));
  }

  /** Takes one. Throws when it is of a step that the plan does not have: it is another run's. */
  take(observation: Observation): void {
    if (observation.type === "began") {
      this.#beganAtMs = Math.min(observation.atMs, this.#beganAtMs ?? observation.atMs);
      return;
    }
    const evidence = this.#steps.get(observation.step);
    if (evidence === undefined)
      throw new Error(`an observation is of step ${observation.step}, which the plan has not`);
    if (observation.type === "published") evidence.published(observation);
    if (observation.type === "seated") evidence.seated(observation);
    if (observation.type === "watched") evidence.watched(observation);
    if (observation.type === "lag") evidence.lag(observation);
    if (observation.type === "extra") evidence.extra(observation);
  }

  /** The judgement of every step of the plan, also of one of which nothing was observed. */
  steps(): ReadonlyMap<number, JudgedStep> {
    return new Map([...this.#steps].map(([step, evidence]) => [step, this.#judgeStep(step, evidence)]));
  }

  #judgeStep(step: number, evidence: StepEvidence): JudgedStep {
    const { steadyAtMs = 0, endMs = 0 } = this.#plan.steps.find((planned) => planned.step === step) ?? {};
    const beganAtMs = this.#beganAtMs ?? 0;
    const { delivery, unknown, failures } = evidence.find({ fromMs: beganAtMs + steadyAtMs, toMs: beganAtMs + endMs });
    const said = [...failures];
    if (unknown.length > 0 && !this.#isBrokenOff) said.push(`what ${nameSome(unknown)} sent is unknown`);
    if (evidence.missing > 0 && !this.#isBrokenOff) {
      said.push(`${evidence.missing} subscribers took a seat and did not report: k6 interrupted them`);
    }
    if (delivery !== null && this.#beganAtMs === null) said.push("the script did not say when it began");
    const ackedAtMs = evidence.ackedAtMs();
    return {
      delivery,
      extra: evidence.extras(),
      failures: said,
      lagP99Ms: evidence.lagP99Ms(),
      longestSilence: (fromMs, toMs) => longestSilence(ackedAtMs, fromMs, toMs),
      hasAckAfter: (atMs) => ackedAtMs.some((ackedAt) => ackedAt > atMs),
    };
  }
}

/** Reads what k6 wrote, line by line. What is no observation is passed over: k6 writes its own messages between them. */
export function* parseObservations(lines: Iterable<string>): Generator<Observation> {
  for (const line of lines) {
    const observation = parseObservation(line);
    if (observation !== null) yield observation;
  }
}

/** Reads one line; null when it is no observation, or only the beginning of one. */
export function parseObservation(line: string): Observation | null {
  if (!line.startsWith("{")) return null;
  try {
    const value: Observation = JSON.parse(line);
    return TYPES.includes(value.type) ? value : null;
  } catch {
    return null;
  }
}

/** A kind that is left out here does not compile: its lines would be passed over without a word. */
const TYPES: readonly string[] = Object.keys({
  began: true,
  published: true,
  seated: true,
  watched: true,
  lag: true,
  extra: true,
  calls: true,
} satisfies Record<Observation["type"], true>);

function nameSome(names: readonly string[]): string {
  const rest = names.length - 3;
  return names.slice(0, 3).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
