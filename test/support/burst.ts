import { Agent, request as httpRequest } from "node:http";

/** A server's answer to one POST, as far as a burst looks at it. */
export type BurstAnswer = { readonly status: number; readonly retryAfter: string | undefined; readonly text: string };

/**
 * POSTs JSON bodies, so many at once, each on a connection of its own. fetch is not made for this: its pool looks at
 * every connection for every request.
 */
export async function burst(url: string, bodies: readonly object[], atOnce: number): Promise<readonly BurstAnswer[]> {
  const agent = new Agent({ maxSockets: atOnce });
  return Promise.all(bodies.map((body) => post(url, JSON.stringify(body), agent)));
}

function post(url: string, body: string, agent: Agent): Promise<BurstAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = httpRequest(url, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"], text }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
