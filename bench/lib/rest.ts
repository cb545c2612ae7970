import { Agent, request } from "node:http";
import type { Reading, Site } from "./measures.ts";
import { quantile } from "./statistics.ts";

/** A request: a POST when it has a body. */
export type Call = { readonly path: string; readonly body?: string };

const IN_FLIGHT = 16;

/**
 * Measures one REST call: the time of each while nothing else is asked, then the times and the rate with sixteen in
 * flight. An answer that is no success ends the measurement.
 */
export function measureRest(toCall: (site: Site) => Call, room: { readonly messages?: number } = {}) {
  return async (site: Site): Promise<readonly Reading[]> => {
    const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
    try {
      const message = {
        path: `/api/v1/rooms/${site.room}/messages`,
        body: JSON.stringify({ body: "hello".repeat(20) }),
      };
      for (let i = 0; i < (room.messages ?? 0); i++) await send(site, message, agent);
      const call = () => send(site, toCall(site), agent);
      const alone = await repeat(call, 1, site.ms);
      const busy = await repeat(call, IN_FLIGHT, site.ms);
      return [
        { name: "p50", unit: "ms", value: quantile(alone.times, 0.5) },
        { name: "p99", unit: "ms", value: quantile(alone.times, 0.99) },
        { name: "p50 of 16 in flight", unit: "ms", value: quantile(busy.times, 0.5) },
        { name: "p99 of 16 in flight", unit: "ms", value: quantile(busy.times, 0.99) },
        { name: "rate of 16 in flight", unit: "/s", value: busy.times.length / busy.seconds },
      ];
    } finally {
      agent.destroy();
    }
  };
}

/** Calls over and over, so many at a time, for so long. The time of each call in ms. */
export async function repeat(
  call: () => Promise<unknown>,
  inFlight: number,
  ms: number,
): Promise<{ readonly times: readonly number[]; readonly seconds: number }> {
  const times: number[] = [];
  const started = performance.now();
  const worker = async () => {
    while (performance.now() - started < ms) {
      const from = performance.now();
      await call();
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { times, seconds: (performance.now() - started) / 1_000 };
}

/**
 * Asks once, and rejects with the answer when it is no success. node:http and not fetch: it costs a third, and what the
 * client costs is missing on a machine of two cores.
 */
export function send({ url, token }: Pick<Site, "url" | "token">, { path, body }: Call, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
    };
    const sent = request(url + path, { method: body === undefined ? "GET" : "POST", agent, headers }, (response) => {
      const { statusCode = 0 } = response;
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => {
        if (statusCode < 300 && !text.startsWith('{"code":1')) resolve();
        else reject(new Error(`${path}: ${statusCode} ${text.slice(0, 200)}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
