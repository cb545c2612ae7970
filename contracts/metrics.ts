/** Every metric of the product, with its kind and its help text, in one closed table. */
export const metricTable = {
  edgechat_connections: { kind: "gauge", help: "Open WebSocket connections, by dialect." },
  edgechat_rooms_awake: { kind: "gauge", help: "Rooms that did something in the last ten seconds." },
  edgechat_room_starts_total: {
    kind: "counter",
    help: "Room instances built: first use, and every wake after hibernation or a restart.",
  },
  edgechat_messages_total: { kind: "counter", help: "Messages committed to a log." },
  edgechat_deliveries_total: { kind: "counter", help: "Events handed to sockets, by dialect." },
  edgechat_refusals_total: { kind: "counter", help: "Refusals, by failure." },
  edgechat_resumes_total: { kind: "counter", help: "Native resumes, by outcome." },
  edgechat_lagging_total: { kind: "counter", help: "Times that a native seat ran out of its window." },
  edgechat_batch_messages: {
    kind: "histogram",
    help: "Messages in one commit.",
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
  },
  edgechat_commit_seconds: {
    kind: "histogram",
    help: "Time from a send's arrival to its commit.",
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
  },
  edgechat_http_request_seconds: {
    kind: "histogram",
    help: "Time of a request at the gateway, by route, method and status.",
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
  },
  edgechat_service_call_seconds: {
    kind: "histogram",
    help: "Time of a call in the service that was called, by service, call and outcome.",
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60],
  },
  edgechat_service_errors_total: {
    kind: "counter",
    help: "Calls of the gateway without an answer that can be used, by service and reason: failed, deadline, garbage.",
  },
  edgechat_password_hash_seconds: {
    kind: "histogram",
    help: "Time to hash or verify one password.",
    buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20],
  },
} as const satisfies Record<string, Metric>;

type Metric = {
  readonly kind: "gauge" | "counter" | "histogram";
  readonly help: string;
  readonly buckets?: readonly number[];
};
export type MetricName = keyof typeof metricTable;
type NameOf<Kind> = {
  [Name in MetricName]: (typeof metricTable)[Name]["kind"] extends Kind ? Name : never;
}[MetricName];
type Labels = Readonly<Record<string, string>>;

/** One line of the exposition: name with suffix, labels and value. */
export type MetricSample = {
  readonly name: MetricName;
  readonly suffix: string;
  readonly labels: string;
  readonly value: number;
};

type Series = { readonly labels: Labels; value: number; readonly counts: number[] };

/** The samples of one isolate, and which one: services that share an isolate hand in the same report. */
export type MetricReport = { readonly instance: string; readonly samples: readonly MetricSample[] };

// One registry an isolate: on the bare runtime that is a whole worker, on Cloudflare one of many.
const registry = new Map<MetricName, Map<string, Series>>();
const awake = new Map<string, number>();
// Drawn with the first report, because a Worker may not draw random numbers while it starts.
let instance: string | undefined;
const AWAKE_MS = 10_000;
const AWAKE_ROOMS_MAX = 10_000;

/** Adds to a counter. */
export function count(name: NameOf<"counter">, labels: Labels = {}, by = 1): void {
  seriesOf(name, labels).value += by;
}

/** Moves a gauge up or down. */
export function move(name: NameOf<"gauge">, labels: Labels, by: number): void {
  seriesOf(name, labels).value += by;
}

/** Puts a value, in the unit of the metric's name, into a histogram. */
export function observe(name: NameOf<"histogram">, value: number, labels: Labels = {}): void {
  const series = seriesOf(name, labels);
  const buckets = metricTable[name].buckets;
  const bucket = buckets.findIndex((bound) => value <= bound);
  const at = bucket < 0 ? buckets.length : bucket;
  series.counts[at] = (series.counts[at] ?? 0) + 1;
  series.value += value;
}

/** Notes that a room did something, for edgechat_rooms_awake. */
export function noteAwake(room: string, nowMs: number): void {
  if (awake.size > AWAKE_ROOMS_MAX) forgetAsleep(nowMs);
  awake.set(room, nowMs);
}

/** Every sample of this isolate. */
export function samples(nowMs: number): readonly MetricSample[] {
  forgetAsleep(nowMs);
  seriesOf("edgechat_rooms_awake", {}).value = awake.size;
  return [...registry].flatMap(([name, all]) => [...all.values()].flatMap((series) => toSamples(name, series)));
}

/** Every sample of this isolate, under its name. */
export function report(nowMs: number): MetricReport {
  instance ??= crypto.randomUUID();
  return { instance, samples: samples(nowMs) };
}

/** Whether a service's answer is a report. Names that are not in the table may be of a newer version. */
export function isMetricReport(answer: unknown): answer is MetricReport {
  const { instance, samples: list } = (answer ?? {}) as Partial<MetricReport>;
  return typeof instance === "string" && Array.isArray(list) && list.every(isSample);
}

function isSample(value: unknown): boolean {
  const { name, suffix, labels, value: number } = (value ?? {}) as Partial<MetricSample>;
  return [name, suffix, labels].every((text) => typeof text === "string") && typeof number === "number";
}

/** Adds up what isolates report: each isolate once, equal series of different isolates as their sum. [OP2] [SV3] */
export function sumReports(reports: readonly MetricReport[]): readonly MetricSample[] {
  const isolates = new Map(reports.map((one) => [one.instance, one.samples]));
  const sums = new Map<string, MetricSample>();
  for (const sample of [...isolates.values()].flat()) {
    const key = `${sample.name}${sample.suffix}${sample.labels}`;
    sums.set(key, { ...sample, value: sample.value + (sums.get(key)?.value ?? 0) });
  }
  return [...sums.values()];
}

function forgetAsleep(nowMs: number): void {
  for (const [room, at] of awake) if (at < nowMs - AWAKE_MS) awake.delete(room);
}

/** Samples in the Prometheus text format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
export function toPrometheusText(list: readonly MetricSample[]): string {
  const names = Object.keys(metricTable) as MetricName[];
  return names
    .map((name) => {
      const lines = list.filter((sample) => sample.name === name);
      const head = `# HELP ${name} ${metricTable[name].help}\n# TYPE ${name} ${metricTable[name].kind}\n`;
      return head + lines.map(({ suffix, labels, value }) => `${name}${suffix}${labels} ${value}\n`).join("");
    })
    .join("");
}

function seriesOf(name: MetricName, labels: Labels): Series {
  const all = registry.get(name) ?? new Map<string, Series>();
  registry.set(name, all);
  const key = toLabelText(labels);
  const series = all.get(key) ?? { labels, value: 0, counts: [] };
  all.set(key, series);
  return series;
}

function toSamples(name: MetricName, { labels, value, counts }: Series): MetricSample[] {
  const metric: Metric = metricTable[name];
  if (metric.buckets === undefined) return [{ name, suffix: "", labels: toLabelText(labels), value }];
  let total = 0;
  const buckets = [...metric.buckets, Number.POSITIVE_INFINITY].map((bound, i) => {
    total += counts[i] ?? 0;
    const le = bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound);
    return { name, suffix: "_bucket", labels: toLabelText({ ...labels, le }), value: total };
  });
  const text = toLabelText(labels);
  return [
    ...buckets,
    { name, suffix: "_sum", labels: text, value },
    { name, suffix: "_count", labels: text, value: total },
  ];
}

function toLabelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value.replace(/[\\"\n]/g, escapeLabel)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(char: string): string {
  return char === "\n" ? "\\n" : `\\${char}`;
}
