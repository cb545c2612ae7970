import { expect, it } from "vitest";
import { describeChart, toCharts } from "./charts.ts";
import { toCommand } from "./repeat.ts";
import { sampleDelivery, sampleHttp, sampleKill, sampleRow, sampleRun, sampleTrial } from "./sample-run.ts";
import { toText } from "./text.ts";
import { toReport } from "./write-report.ts";

const failing = sampleRow({
  step: 2,
  vus: 20,
  verdict: "fail",
  http: sampleHttp({ p95: 812 }),
  reasons: ["p95 812 ms > 500 ms"],
});

it("[LP1] the page asks for nothing from outside and holds every trial of every step", () => {
  const steps = Array.from({ length: 10 }, (_, i) => sampleRow({ step: i + 1, vus: (i + 1) * 10 }));
  const page = toReport(sampleRun({ trials: [1, 2, 3, 4, 5].map((trial) => sampleTrial(steps, trial)) }));

  expect(page).not.toMatch(/<(script|link|img)[^>]*(src|href)=/);
  expect(page).not.toMatch(/@import|url\(/);
  // Steps and generator: 10 lines of all trials and 50 of one, in each.
  expect(page.match(/<th scope="row" class="figure strong">/g)).toHaveLength(2 * 60);
});

it("[LP2] a hostile variable, name or address is text in the page and one word in the command", () => {
  const hostile = `"><script>alert('x')</script>`;
  const row = sampleRow({ reasons: [hostile], extra: [{ name: hostile, unit: "ms", value: 1 }] });
  const page = toReport(
    sampleRun({
      scenario: hostile,
      deployment: "remote",
      url: `https://x/?${hostile}`,
      configuration: { ROOM: "it's $(id)" },
      trials: [sampleTrial([row])],
    }),
  );

  expect(page).not.toContain("<script>alert");
  expect(page).toContain("ROOM=&#39;it&#39;\\&#39;&#39;s $(id)&#39;");
});

it("[LP3] the verdict says what is held, where it fails first and why", () => {
  const run = sampleRun({ trials: [sampleTrial([sampleRow(), failing])] });
  expect(toText(run)).toContain("holds 10 VUs; at 20 p95 812 ms > 500 ms.");
});

it("[LP3] a step that passes above the first that fails is not told as what is held", () => {
  const run = sampleRun({ trials: [sampleTrial([sampleRow(), failing, sampleRow({ step: 3, vus: 30 })])] });
  expect(toText(run)).toContain("fails first with 20 VUs");
});

it("[LP3] trials that differ are told each", () => {
  const run = sampleRun({ trials: [sampleTrial([sampleRow()], 1), sampleTrial([sampleRow(), failing], 2)] });
  expect(toText(run)).toMatch(/Trial 1: holds 10 VUs, the most .* Trial 2: holds 10 VUs; at 20/);
});

it("[LP4] what was lost in one trial of three is in the line of all trials", () => {
  const rows = [0, 0, 3].map((lost) => sampleRow({ delivery: sampleDelivery({ lost }) }));
  const run = sampleRun({ trials: rows.map((row, i) => sampleTrial([row], i + 1)) });
  expect(toText(run)).toMatch(/^ 10 +all 3 .* 3 ✗/m);
});

it("[LP5] steps that failed, were limited by the generator or killed are marked in tables and charts", () => {
  const generator = { ...sampleRow().generator, limited: true, reasons: ["timers were late"] };
  const run = sampleRun({ trials: [sampleTrial([{ ...failing, generator, kill: sampleKill }])] });

  expect(toText(run)).toContain("The generator was the bottleneck at 20 VUs");
  expect(toText(run)).toContain("What the kill cost");
  expect(toCharts(run).map(({ marks }) => marks)[0]).toEqual([{ x: 20, names: ["failed", "limited", "killed"] }]);
});

it("[LP22] where the generator was the limit, nothing is said to be the most that was tried", () => {
  const generator = { ...sampleRow().generator, limited: true, reasons: ["timers were late"] };
  const [good, limited] = [sampleRow(), sampleRow({ step: 2, vus: 20, generator })];
  expect(toText(sampleRun({ trials: [sampleTrial([good, limited])] }))).toContain(
    "holds 10 VUs at least; what more it holds is not known, because from 20 VUs on the generator was the bottleneck.",
  );
  expect(toText(sampleRun({ trials: [sampleTrial([{ ...good, generator }])] }))).toContain(
    "nothing is known of the edge: the generator was the bottleneck at 10 VUs already.",
  );
});

it("[LP6] a chart says in words what it shows, and one of nothing is left out", () => {
  const charts = toCharts(sampleRun({ trials: [sampleTrial([sampleRow(), failing])] }));
  expect(charts.map(({ title }) => title)).toEqual(["Requests", "HTTP latency", "Errors"]);
  expect(charts.map(describeChart)[1]).toContain("HTTP p95 from 12 ms at 10 VUs to 812 ms at 20 VUs");
});

it("[LP7] a run of no trial has a report that says so", () => {
  const run = sampleRun({ trials: [] });
  expect(toReport(run)).toContain("No trial was made");
  expect(toText(run)).toContain("No trial was made");
});

it("[LP17] a run that was broken off never says that it held the most that was tried", () => {
  const trials = [1, 2].map((trial) => sampleTrial([sampleRow()], trial));
  const run = sampleRun({ trials, brokenOff: true, verdict: "fail" });
  expect(toText(run)).toContain("The run was broken off");
  expect(toText(run)).toContain("holds 10 VUs at least");
  expect(toText(run) + toReport(run)).not.toContain("the most that was tried");
});

it("[LP18] a report says what the product used and what the generator reaches here at most", () => {
  const generator = { ...sampleRow().generator, edgeCores: 1.25, edgeMiB: 333 };
  const run = sampleRun({
    trials: [sampleTrial([sampleRow({ generator })])],
    generatorLimits: { httpPerSecond: 2_345, deliveriesPerSecond: 6_789 },
  });
  for (const told of [toText(run), toReport(run)]) {
    expect(told).toMatch(/at most 2,345 requests\/s and 6,789 checked/);
    expect(told).toContain("333");
  }
  expect(toText(sampleRun())).toContain("was not measured (npm run loadtest -- limits)");
});

it("[LP19] the command has the kill of an edge elsewhere, and of a ladder its options", () => {
  const killed = sampleRun({
    deployment: "remote",
    killCommand: "ssh edge 'kill -9 1'",
    trials: [sampleTrial([sampleRow({ step: 2, kill: sampleKill })])],
  });
  expect(toCommand(killed)).toMatch(/ --url \S+ --kill 2 --kill-command 'ssh edge /);

  const asked = { deployment: "services", scenarios: "login", users: "10,100", transport: "grpc" };
  const ladder = sampleRun({ scenario: "ladder-login-grpc", configuration: { BATCH_SIZE: "50", ...asked } });
  expect(toCommand(ladder)).toBe(
    "BATCH_SIZE=50 npm run loadtest -- ladder --deployment services --scenarios login --users 10,100 --transport grpc",
  );
});

it("[LP20] a terminal's tables are at most 120 columns wide, with why below them", () => {
  const delivery = sampleDelivery({ sent: 12_345, acked: 12_345, delivered: 123_456, p99: 1_234, ackP99: 1_234 });
  const generator = { ...sampleRow().generator, machineBusy: 0.991, edgeCores: 1.25, edgeMiB: 1_333 };
  const row = {
    ...failing,
    delivery,
    generator,
    reasons: ["p95 812 ms > 500 ms", "errors 2 % > 1 %", "1 lost", "1 duplicated"],
  };
  const trials = [1, 2, 3].map((trial) => sampleTrial([row], trial));
  const lines = toText(sampleRun({ trials })).split("\n");

  expect(lines.filter((line) => line.startsWith("--")).map(({ length }) => length <= 120)).not.toContain(false);
  expect(lines).toContain("20 VUs: p95 812 ms > 500 ms; errors 2 % > 1 %; 1 lost; 1 duplicated");
});
