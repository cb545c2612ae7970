import { spawnSync } from "node:child_process";
import { beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { checkExpressions, ensureDeployCheck } from "../scripts/deploy-check.ts";
import { readServices, readText, root } from "./compose-file.ts";
import { metricsIn, readAlerts, readDashboards, readMetricNames, readPanels } from "./expressions.ts";
import { BUILD_MS_MAX, requireParsers } from "./parsers.ts";

const known = readMetricNames();
const expressions = [...readAlerts(), ...readPanels()];

beforeAll(() => void ensureDeployCheck(), BUILD_MS_MAX);

it("[DP10] the names in an expression are its metrics, without labels, functions and words", () => {
  const text = 'sum by (le, job) (rate(a_bucket{job="b"}[5m])) / on (x) max(c) > 0 and d or absent(up == 1)';
  expect(metricsIn(text)).toEqual(["a_bucket", "c", "d", "up"]);
});

it("[DP10] every expression of an alert and of a panel names metrics that exist", () => {
  const strangers = expressions.flatMap(({ where, text }) =>
    metricsIn(text).flatMap((name) => (known.has(name) ? [] : [`${where}: ${name}`])),
  );
  expect(strangers).toEqual([]);
  expect(expressions.filter(({ text }) => metricsIn(text).length === 0)).toEqual([]);
});

it("[DP10] Prometheus's own parser takes every one of them", ({ skip }) => {
  const parsers = requireParsers("alerts and panels with Prometheus's own parser", skip);
  checkExpressions(
    parsers,
    expressions.map(({ text }) => text.replaceAll("\n", " ")),
  );
  expect(() => checkExpressions(parsers, ["sum(up"])).toThrow("sum(up");
});

it("[DP10] promtool takes the configuration and the rules, where it is there", ({ skip }) => {
  if (spawnSync("promtool", ["--version"]).error !== undefined) return skip("NOT CHECKED by promtool: it is not here.");
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "config", "deploy/prometheus.yml"], {
    cwd: root,
    encoding: "utf8",
  });
  expect([status, status === 0 ? "" : `${stdout}${stderr}`]).toEqual([0, ""]);
});

it("[DP10] what is scraped are services of the compose file, on the ports where they tell their metrics", () => {
  type Job = { readonly job_name: string; readonly dns_sd_configs?: readonly { names: string[]; port: number }[] };
  const { scrape_configs } = parse(readText("deploy/prometheus.yml")) as { readonly scrape_configs: readonly Job[] };
  const services = readServices();
  const found = scrape_configs.flatMap(({ job_name, dns_sd_configs = [] }) =>
    dns_sd_configs.map(({ names, port }) => [job_name, names.join(), port]),
  );
  const operations = (name: string) => Number(services.get(name)?.environment?.OPERATIONS_PORT);
  expect(found).toEqual([
    ["edge", "edge", Number(services.get("edge")?.environment?.PORT)],
    ["connect-tcp", "connect-tcp", operations("connect-tcp")],
    ["grpc", "grpc", operations("grpc")],
    ["envoy", "envoy", 9901],
  ]);
});

it("[DP10] a dashboard each for edge, Envoy, load test and origin asks the datasource that Grafana is given", () => {
  const dashboards = readDashboards();
  expect(dashboards.map(({ uid }) => uid)).toEqual([
    "edgechat-edge",
    "edgechat-envoy",
    "edgechat-loadtest",
    "edgechat-origin",
  ]);
  const asked = dashboards.flatMap(({ panels }) => panels.flatMap(({ datasource }) => datasource?.uid ?? []));
  expect(new Set(asked)).toEqual(new Set(["prometheus"]));
  expect(readText("deploy/grafana/provisioning/datasources/prometheus.yml")).toContain("uid: prometheus");
});

it("[LV2] what k6 wrote is shown of the runs that are chosen, and they are chosen by the tag that every run bears", () => {
  const live = readDashboards().find(({ uid }) => uid === "edgechat-loadtest");
  const asked = (live?.panels ?? []).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const ofK6 = asked.filter((text) => text.includes("k6_"));
  expect(ofK6.length).toBeGreaterThan(10);
  expect(ofK6.filter((text) => !text.includes('testid=~"$testid"'))).toEqual([]);
  expect(live?.templating.list.map(({ name, query }) => [name, query.query])).toEqual([
    ["testid", "label_values(k6_vus, testid)"],
  ]);
});

it("[LV1] Prometheus takes what k6 writes, from this machine alone, and the runner writes there", () => {
  const { command, ports } = readServices().get("prometheus") ?? {};
  expect(command).toContain("--web.enable-remote-write-receiver");
  expect(ports).toEqual(["127.0.0.1:9090:9090"]);
  expect(readText("loadtest/run/arguments.ts")).toContain('"http://127.0.0.1:9090/api/v1/write"');
});

it("[LV2] the runner asks k6 for the quantiles that the panels show, and tags what it writes with the run", () => {
  const runner = readText("loadtest/run/k6-process.ts");
  expect(runner).toContain('"p(50),p(95),p(99)"');
  expect(runner).toContain("testid=");
});

it("[DP11] docs/operations.md says of every alert what it means", () => {
  const headings = readText("docs/operations.md").matchAll(/^\| `(\w+)` \|/gm);
  const explained = new Set([...headings].map(([, name]) => name));
  expect(readAlerts().filter(({ where }) => !explained.has(where))).toEqual([]);
});
