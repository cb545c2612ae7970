import { crewOf, type LadderSettings } from "../model/ladder-settings.ts";
import type { ExtraRow, HttpRow, Slo, StepRow } from "../model/run.ts";
import { type CallSum, quantile } from "./calls.ts";
import type { Climbed } from "./rung-run.ts";
import type { Rung } from "./rungs.ts";

/** A rung as a step of a run: its main calls stand where requests stand, logins and entering among its measures. */
export function toRungRow(step: number, rung: Rung, climbed: Climbed, settings: LadderSettings, slo: Slo): StepRow {
  const { sums, judged, generator } = climbed;
  const main = sums.get(rung.walk === "chat" ? "send_message" : "login") ?? null;
  const http = main === null ? null : toHttpRow(main);
  const failures = toFailures(rung, climbed, settings, slo);
  return {
    step,
    vus: rung.users,
    seconds: main === null ? 0 : secondsOf(main),
    http,
    ws: null,
    delivery: judged.delivery,
    extra: [...[...sums.values()].flatMap(toMeasures), ...judged.extra],
    generator,
    kill: null,
    verdict: failures.length === 0 ? "pass" : "fail",
    reasons: [...failures, ...(generator.limited ? ["the generator was the bottleneck"] : [])],
  };
}

function toFailures(rung: Rung, { sums, judged }: Climbed, settings: LadderSettings, slo: Slo): readonly string[] {
  const walked = sums.get("login")?.count ?? 0;
  const asked = crewOf(settings).accounts.length;
  const { lost = 0, duplicated = 0, reordered = 0 } = judged.delivery ?? {};
  const isSilent = rung.walk === "chat" && (judged.delivery?.acked ?? 0) === 0;
  return [
    ...(walked === asked ? [] : [`${walked} of ${asked} users logged in or failed to: the rung did not end`]),
    ...[...sums.values()].flatMap((sum) => toBreaches(sum, slo)),
    ...(isSilent ? ["no message was acknowledged"] : []),
    ...Object.entries({ lost, duplicated, reordered }).flatMap(([what, count]) =>
      count === 0 ? [] : [`${count} messages ${what}`],
    ),
    ...judged.failures,
  ];
}

function toBreaches(sum: CallSum, { p95Ms, p99Ms, errorRate }: Slo): readonly string[] {
  const [p95, p99] = [quantile(sum, 0.95) ?? 0, quantile(sum, 0.99) ?? 0];
  return [
    ...(sum.err > errorRate * sum.count ? [`${sum.err} of ${sum.count} ${sum.name} calls failed`] : []),
    ...(p95 > p95Ms ? [`p95 of ${sum.name} ${Math.round(p95)} ms > ${p95Ms} ms`] : []),
    ...(p99Ms !== null && p99 > p99Ms ? [`p99 of ${sum.name} ${Math.round(p99)} ms > ${p99Ms} ms`] : []),
  ];
}

function toHttpRow(sum: CallSum): HttpRow {
  const perSecond = rateOf(sum);
  return {
    requests: sum.count,
    requestsPerSecond: perSecond,
    iterationsPerSecond: perSecond,
    errorRate: sum.err / sum.count,
    timeoutRate: 0,
    p50: quantile(sum, 0.5),
    p90: quantile(sum, 0.9),
    p95: quantile(sum, 0.95),
    p99: quantile(sum, 0.99),
    ...{ status4xx: 0, status5xx: 0, status429: 0 },
  };
}

/** Beside the rung's main calls: how fast it filled. */
function toMeasures(sum: CallSum): readonly ExtraRow[] {
  if (sum.name !== "login" && sum.name !== "enter_room") return [];
  const times = [0.5, 0.95, 0.99].map(
    (q): ExtraRow => ({ name: `${sum.name} p${q * 100}`, unit: "ms", value: quantile(sum, q) ?? 0 }),
  );
  return [{ name: sum.name, unit: "/s", value: rateOf(sum) }, ...times];
}

/** From the first call to the end of the last. The clock has whole milliseconds. */
const secondsOf = ({ fromMs, toMs }: CallSum): number => Math.max(1, toMs - fromMs) / 1_000;
const rateOf = (sum: CallSum): number => sum.count / secondsOf(sum);
