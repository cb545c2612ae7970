import { Hono } from "hono";
import { isMetricReport, type MetricSample, report, sumReports, toPrometheusText } from "../../contracts/metrics.ts";
import { answerProblem } from "./api/problem.ts";
import { reach } from "./ask.ts";
import type { AppEnv, GatewayContext } from "./context.ts";
import { refuseOtherMethods } from "./method-not-allowed.ts";

const SERVICES = ["auth", "chatroom", "chat"] as const;
const PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

/** Health, readiness and metrics. None of them asks who calls. */
export function createOperations(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/ready", async (c) => {
    const ready = await reach(c, ({ chat }) => chat.ready(), isBoolean).catch(() => false);
    return ready ? c.json({ status: "ok" }) : c.json({ status: "unavailable" }, 503);
  });
  app.get("/metrics", async (c) => {
    const text = toPrometheusText(await collect(c));
    return c.body(text, 200, { "content-type": PROMETHEUS, "cache-control": "no-store" });
  });
  refuseOtherMethods(app);
  app.onError(answerProblem);
  return app;
}

function isBoolean(answer: unknown): boolean {
  return typeof answer === "boolean";
}

/** The gateway's samples and those of the services, which in the monolith are the same isolate's. [OP2] [SV3] */
async function collect(c: GatewayContext): Promise<readonly MetricSample[]> {
  const own = report(Date.now());
  const reports = SERVICES.map((name) => reach(c, (services) => services[name].metrics(), isMetricReport));
  const answered = await Promise.all(reports.map((one) => one.catch(() => own)));
  return sumReports([own, ...answered]);
}
