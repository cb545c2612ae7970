import { Hono } from "hono";
import { describeError, log } from "../../contracts/log.ts";
import { type MetricSample, report, sumReports, toPrometheusText } from "../../contracts/metrics.ts";
import { answerInTime } from "./answer-in-time.ts";
import { answerProblem } from "./api/problem.ts";
import type { AppEnv, GatewayContext } from "./context.ts";
import { refuseOtherMethods } from "./method-not-allowed.ts";

const PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

/** Health, readiness and metrics. None of them asks who calls. */
export function createOperations(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/ready", async (c) => {
    const ready = await answerInTime(() => c.env.services.chat.ready()).catch(note(c, false));
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

/** The gateway's samples and those of the services, which in the monolith are the same isolate's. [OP2] [SV3] */
async function collect(c: GatewayContext): Promise<readonly MetricSample[]> {
  const own = report(Date.now());
  const { auth, chat } = c.env.services;
  const services = [auth, chat].map((service) => answerInTime(() => service.metrics()).catch(note(c, own)));
  return sumReports([own, ...(await Promise.all(services))]);
}

function note<T>(c: GatewayContext, instead: T): (error: unknown) => T {
  return (error) => {
    log("error", "service failed", { requestId: c.var.requestId, error: describeError(error) });
    return instead;
  };
}
