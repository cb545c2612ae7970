import http from "k6/http";
import { Counter } from "k6/metrics";
import type { Options } from "k6/options";
import { WebSocket } from "k6/websockets";
import { Watcher } from "../checker/watcher.ts";
import { target } from "./target.ts";

/** The load of `limits`, against a server that does nothing: `http` and `deliveries`, each for LIMITS_SECONDS. */
const seconds = Number(__ENV.LIMITS_SECONDS || "5");
const duration = `${seconds}s`;
const SOCKETS_PER_VU = 5;
/** A socket asks for so many messages at a time, and for the next ones when half of them are checked. */
const BATCH = 100;

const limitRequests = new Counter("limit_requests");
const limitDeliveries = new Counter("limit_deliveries");

export const options: Options = {
  scenarios: {
    http: { executor: "constant-vus", exec: "requests", vus: 50, duration },
    deliveries: { executor: "per-vu-iterations", exec: "deliveries", vus: 4, iterations: 1, startTime: duration },
  },
};

/** A request such as the original's scripts make, with a look at its answer. */
export function requests(): void {
  const body = JSON.stringify({ authToken: "a".repeat(150), msg: "hello", roomId: 1 });
  const answer = http.post(`${target.url}/push/pushRoom`, body, { headers: { "content-type": "application/json" } });
  if (answer.json("code") === 0) limitRequests.add(1);
}

/** Sockets that check what they get, as fast as it comes. */
export function deliveries(): void {
  const endMs = Date.now() + seconds * 1_000;
  for (let i = 0; i < SOCKETS_PER_VU; i++) listen(`s${__VU}-${i}`, endMs);
}

function listen(subscriber: string, endMs: number): void {
  const watcher = new Watcher({
    ...{ run: target.run, subscriber, channels: ["r1"], fromMs: Date.now() },
    isSteady: (_, atMs) => atMs < endMs,
  });
  const socket = new WebSocket(target.wsUrl);
  let seen = 0;
  socket.onopen = () => socket.send(String(BATCH * 2));
  socket.onmessage = (event) => {
    const { data } = event as { readonly data: unknown }; // its type says that it may have none
    const nowMs = Date.now();
    if (nowMs >= endMs) return socket.close();
    watcher.see(data as string, nowMs);
    limitDeliveries.add(1);
    if (++seen % BATCH === 0) socket.send(String(BATCH));
  };
}
