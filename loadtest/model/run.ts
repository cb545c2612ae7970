/** What a run keeps, as its run.json. Every part is data: reports and comparisons are made from it alone. */
export type Run = {
  /** `<UTC date>-<time>-<scenario>-<deployment>`, also the name of its folder in data/loadtest. */
  readonly id: string;
  readonly scenario: string;
  readonly deployment: Deployment;
  readonly url: string;
  readonly machine: Machine;
  /** `k6 version`, and every variable of the step model, the SLO and the scenario as it was used. */
  readonly k6: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly slo: Slo;
  readonly trials: readonly Trial[];
  readonly verdict: Verdict;
  /** What this generator reaches at most, where `limits` was run on this machine with this k6. */
  readonly generatorLimits?: GeneratorLimits | null;
  /** What killed an edge that the runner did not start. */
  readonly killCommand?: string;
  /** Somebody ended it before its last step was over: what is here are the steps before. */
  readonly brokenOff?: true;
};

/** Variables that the runner sets itself: they name a run and its place, and configure nothing. */
export const NAMES_OF_RUN: ReadonlySet<string> = new Set(["API_BASE_URL", "WS_URL", "LOADTEST_RUN"]);

/** The most that k6 does on a machine against a server that does nothing. */
export type GeneratorLimits = { readonly httpPerSecond: number; readonly deliveriesPerSecond: number };

export type Deployment = "monolith" | "services" | "remote";
export type Verdict = "pass" | "fail";

/** What the numbers depend on. Of a remote run it is the generator's machine. */
export type Machine = {
  readonly date: string;
  readonly commit: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  readonly loadBefore: number;
};

/** What a step is to hold. SLO_P95_MS 500, SLO_P99_MS unset, SLO_ERROR_RATE 0.01, SLO_TIMEOUT_RATE 0. */
export type Slo = {
  readonly p95Ms: number;
  readonly p99Ms: number | null;
  readonly errorRate: number;
  readonly timeoutRate: number;
};

/** The steps JSON of one trial. `capacity` is the last step that passes, `bottleneck` the first that fails. */
export type Trial = {
  readonly trial: number;
  readonly startedAt: string;
  readonly slo: Slo;
  readonly capacity: StepName | null;
  readonly bottleneck: StepName | null;
  readonly rows: readonly StepRow[];
  /** Thresholds of the script that were crossed, and what the script threw. */
  readonly crossed: readonly string[];
  readonly verdict: Verdict;
};

export type StepName = { readonly step: number; readonly vus: number };

/** One step's steady phase. A part is null where the scenario has none of it. */
export type StepRow = {
  readonly step: number;
  readonly vus: number;
  /** Length of the steady phase. */
  readonly seconds: number;
  readonly http: HttpRow | null;
  readonly ws: WsRow | null;
  readonly delivery: DeliveryRow | null;
  readonly extra: readonly ExtraRow[];
  readonly generator: GeneratorRow;
  readonly kill: KillRow | null;
  readonly verdict: Verdict;
  /** Why it fails, or what to know of it. */
  readonly reasons: readonly string[];
};

/** Times are ms, rates shares of 1. A time is null when nothing was measured. */
export type HttpRow = {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly iterationsPerSecond: number;
  readonly errorRate: number;
  readonly timeoutRate: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly status4xx: number;
  readonly status5xx: number;
  readonly status429: number;
};

export type WsRow = {
  readonly connects: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly connectP95: number | null;
  readonly connectP99: number | null;
  readonly status4xx: number;
  readonly status5xx: number;
  readonly status429: number;
};

/** What the checker found in a step. With any lost, duplicated or reordered message the step fails. */
export type DeliveryRow = {
  readonly subscribers: number;
  readonly sent: number;
  readonly acked: number;
  readonly delivered: number;
  /** (message, subscriber) pairs of which the message had to come: what was checked. */
  readonly owed: number;
  /** Blocks of messages whose order two subscribers or more could be compared by. */
  readonly comparedBlocks: number;
  readonly deliveriesPerSecond: number;
  readonly ackedPerSecond: number;
  /** Owed to a subscriber and not seen by it: (message, subscriber) pairs. */
  readonly lost: number;
  readonly duplicated: number;
  /** At one subscriber, and blocks that two subscribers saw in different orders. */
  readonly reordered: number;
  /** From send to receive, at the subscribers. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** From send to acknowledgement, at the publishers. */
  readonly ackP50: number | null;
  readonly ackP95: number | null;
  readonly ackP99: number | null;
};

export type ExtraRow = { readonly name: string; readonly unit: "ms" | "/s" | ""; readonly value: number };

/** The generator in a step. A step in which it was the bottleneck is marked, and its figures are not the server's. */
export type GeneratorRow = {
  /** Cores that k6 used, on average; null where the system does not tell. */
  readonly cores: number | null;
  /** The share of all cores of its machine that were busy, whoever used them. */
  readonly machineBusy: number | null;
  readonly residentMiB: number | null;
  /** The product's cores and memory, of all its processes, where it runs on the generator's machine. */
  readonly edgeCores?: number | null;
  readonly edgeMiB?: number | null;
  /** How late its timers were. */
  readonly lagP99Ms: number | null;
  readonly limited: boolean;
  readonly reasons: readonly string[];
};

/** What a kill in the middle of the step cost. Its SLO is not judged, what was lost is. */
export type KillRow = {
  /** Since the step's steady phase began. */
  readonly atMs: number;
  /** From the kill until the edge said ready again. */
  readonly readyAfterMs: number | null;
  /** The longest time in which no message at all was acknowledged. */
  readonly silenceMs: number | null;
  /** Whether a message was acknowledged after that; null where the scenario sends none. */
  readonly resumed: boolean | null;
  readonly failedRequests: number;
};
