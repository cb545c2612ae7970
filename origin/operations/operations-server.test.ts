import { expect, it, onTestFinished } from "vitest";
import { startOperations } from "./operations-server.ts";
import { type Readiness, toReadiness } from "./readiness.ts";
import "../edge/metrics.ts";

const up = { isUp: true };
const down = { isUp: false };

async function ask(path: string, readiness: Readiness, method = "GET"): Promise<Response> {
  const server = await startOperations({ host: "127.0.0.1", port: 0, readiness: () => readiness });
  onTestFinished(() => server.close());
  return fetch(`http://127.0.0.1:${server.port}${path}`, { method });
}

it("[OR4] /health answers 200 while the process lives, whatever it can serve", async () => {
  const answer = await ask("/health", toReadiness({ edge: down, redis: down, isDraining: true }));
  expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
});

it.each([
  [{ edge: up, redis: null, isDraining: false }, 200, { ready: true, edge: "up", redis: "none", draining: false }],
  [{ edge: up, redis: down, isDraining: false }, 200, { ready: true, edge: "up", redis: "down", draining: false }],
  [{ edge: down, redis: up, isDraining: false }, 503, { ready: false, edge: "down", redis: "up", draining: false }],
  [{ edge: up, redis: up, isDraining: true }, 503, { ready: false, edge: "up", redis: "up", draining: true }],
])(
  "[OR4] /ready is 200 while the uplink stands and nothing drains, and names what is missing: %j",
  async (parts, status, body) => {
    const answer = await ask("/ready", toReadiness(parts));
    expect([answer.status, await answer.json()]).toEqual([status, body]);
  },
);

it("[OR4] /metrics has the uplink's numbers in Prometheus' format", async () => {
  const answer = await ask("/metrics", toReadiness({ edge: up, redis: null, isDraining: false }));
  expect(answer.headers.get("content-type")).toContain("text/plain");
  const text = await answer.text();
  for (const name of ["uplink_up", "uplink_connects_total", "uplink_frame_events", "seats"]) {
    expect(text).toContain(`# TYPE edgechat_origin_${name} `);
  }
});

it.each([
  ["/", "GET", 404],
  ["/ready", "POST", 405],
])("[OR4] anything else is refused: %s %s", async (path, method, status) => {
  expect((await ask(path, toReadiness({ edge: up, redis: null, isDraining: false }), method)).status).toBe(status);
});
