import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { metricTable } from "../contracts/metrics.ts";
import { readText, root } from "./compose-file.ts";

/** One expression of PromQL, and where it stands. */
export type Expression = { readonly where: string; readonly text: string };
type Rules = {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
};
type Dashboard = {
  readonly uid: string;
  readonly title: string;
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: { readonly query: string } }[];
  };
  readonly panels: readonly {
    readonly title: string;
    readonly datasource?: { readonly uid: string };
    readonly targets?: readonly { readonly expr: string }[];
  }[];
};

/** What processes that are not ours alone say of themselves, as far as it is used here. */
const OTHERS = [
  "up",
  "nodejs_eventloop_lag_p99_seconds",
  "process_cpu_seconds_total",
  "process_resident_memory_bytes",
  "envoy_cluster_membership_healthy",
  "envoy_cluster_membership_total",
  "envoy_cluster_outlier_detection_ejections_active",
  "envoy_cluster_upstream_cx_active",
  "envoy_cluster_upstream_cx_connect_fail",
  "envoy_cluster_upstream_cx_overflow",
  "envoy_cluster_upstream_rq_active",
  "envoy_cluster_upstream_rq_pending_overflow",
  "envoy_cluster_upstream_rq_retry",
  "envoy_cluster_upstream_rq_total",
  "envoy_cluster_upstream_rq_xx",
  "envoy_http_downstream_cx_active",
  "envoy_server_memory_allocated",
  "envoy_tcp_downstream_cx_total",
];
/** What k6 itself measures, as far as it is shown here, by the names that it writes to Prometheus. */
const K6 = [
  "k6_http_req_duration_p95",
  "k6_http_reqs_total",
  "k6_vus",
  "k6_ws_msgs_received_total",
  "k6_ws_msgs_sent_total",
  "k6_ws_sessions_total",
];
/** Of the origin, as its modules define them; these are histograms. */
const ORIGIN_HISTOGRAMS = ["edgechat_origin_uplink_frame_events", "edgechat_origin_grpc_call_seconds"];
/** What `npm run loadtest -- NAME --live` asks k6 to write of each time. */
const LIVE_QUANTILES = ["p50", "p95", "p99"];
const WORDS = new Set(["by", "without", "on", "ignoring", "and", "or", "unless", "bool", "offset", "group_left"]);

/** The alerts of deploy/alerts.yml, in their order. */
export function readAlerts(): readonly Expression[] {
  const { groups } = parse(readText("deploy/alerts.yml")) as Rules;
  return groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ where: alert, text: expr })));
}

/** Every dashboard that Grafana is provisioned with. */
export function readDashboards(): readonly Dashboard[] {
  const files = globSync("deploy/grafana/dashboards/*.json", { cwd: root }).sort();
  return files.map((file) => JSON.parse(readText(file)) as Dashboard);
}

/** Every expression that is shown. Grafana puts a time in place of $__rate_interval; here it is a minute. */
export function readPanels(): readonly Expression[] {
  return readDashboards().flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      (panel.targets ?? []).map(({ expr }) => ({
        where: `${title}, ${panel.title}`,
        text: expr.replaceAll("$__rate_interval", "1m"),
      })),
    ),
  );
}

/** The names of metrics in an expression. */
export function metricsIn(text: string): readonly string[] {
  const bare = text
    .replace(/"[^"]*"|\{[^}]*\}|\[[^\]]*\]/g, " ")
    .replace(/\b(?:by|without|on|ignoring|group_left)\s*\([^)]*\)/g, " ");
  const names = bare.matchAll(/\b([a-zA-Z_:][\w:]*)\b(?!\s*\()/g);
  return [...new Set([...names].map(([name]) => name).filter((name) => !WORDS.has(name)))];
}

/** Every name under which a sample of a metric can be found. */
export function readMetricNames(): ReadonlySet<string> {
  const edge = Object.entries(metricTable).flatMap(([name, { kind }]) =>
    kind === "histogram" ? series(name) : [name],
  );
  const modules = globSync("origin/**/*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  const source = modules.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
  const origin = [...source.matchAll(/"(edgechat_origin_\w+)"/g)].map(([, name = ""]) => name);
  const known = origin.flatMap((name) => (ORIGIN_HISTOGRAMS.includes(name) ? series(name) : [name]));
  return new Set([...edge, ...known, ...readLoadMetrics(), ...K6, ...OTHERS]);
}

/** The metrics that the load scripts define, as k6 writes them: a counter as a total, times as their quantiles. */
function readLoadMetrics(): readonly string[] {
  const scripts = globSync("loadtest/{lib,scenarios}/**/*.ts", { cwd: root });
  const source = scripts.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
  return [...source.matchAll(/new (Counter|Trend)\("(\w+)"/g)].flatMap(([, kind, name]) =>
    kind === "Counter" ? [`k6_${name}_total`] : LIVE_QUANTILES.map((quantile) => `k6_${name}_${quantile}`),
  );
}

function series(histogram: string): readonly string[] {
  return ["_bucket", "_sum", "_count"].map((suffix) => `${histogram}${suffix}`);
}
