import { performance } from "node:perf_hooks";
import { setTimeout as pass } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Reader, range } from "../support/reader.ts";
import { type Answer, call, freshName, register, request, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

const LOGINS = Number(process.env.LOGIN_BURST ?? 5_000);
/** Half of the requests at once that a load generator opens; the queue of the hash pool overflows on purpose. */
const AT_ONCE = 1_000;
const GAP_MS = 50;
/** How much slower a chat message may be while the burst goes on: generous, for a busy machine of two cores. */
const MEDIAN_MS_MAX = 250;
const P99_MS_MAX = 2_000;

let server: Server;
let ann: User;
beforeAll(async () => {
  server = await Server.start({ ATTEMPTS_PER_ADDRESS: "1000000", ATTEMPTS_PER_NAME: "1000000" });
  ann = await register(server.url);
});
afterAll(() => server.stop());

it(`[P9] a burst of ${LOGINS} logins does not stall a room, and refused logins name a retry time`, async () => {
  const password = "correct horse";
  const names = range(500).map(() => freshName("burst"));
  const token = server.operatorToken();
  await call(server.url, "POST", "/api/v1/admin/users", { token, body: { userNames: names, password } });
  const reader = new Reader({ url: server.url, token: ann.token, room: "1" });
  await expect.poll(() => reader.seq).toBe(0);
  const quiet = await latencies(reader, () => false, 40);

  let running = true;
  const chatting = latencies(reader, () => running, 40);
  const answers = await burst(names, password);
  running = false;
  const busy = await chatting;

  expect(reader.seqs).toEqual(range(quiet.length + busy.length));
  expect(busy.length).toBeGreaterThanOrEqual(40);
  expect({ median: quantile(busy, 0.5) < MEDIAN_MS_MAX, p99: quantile(busy, 0.99) < P99_MS_MAX }).toEqual({
    median: true,
    p99: true,
  });
  const refused = answers.filter(({ status }) => status !== 201);
  const isPlain = ({ status, headers }: Answer) => status === 503 && Number(headers.get("retry-after")) >= 1;
  expect(refused.filter((answer) => !isPlain(answer)).map(({ status, body }) => [status, body])).toEqual([]);
  expect(answers.length - refused.length).toBeGreaterThan(0);
  reader.room.close();
}, 120_000);

/** The time from send to ack of a steady sender, in ms: at least `count` messages, and more while `goOn` says so. */
async function latencies(reader: Reader, goOn: () => boolean, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  while (times.length < count || goOn()) {
    const start = performance.now();
    await reader.room.send("tick");
    times.push(performance.now() - start);
    await pass(GAP_MS); // a steady sender
  }
  return times;
}

async function burst(names: readonly string[], password: string): Promise<readonly Answer[]> {
  let next = 0;
  const answers: Answer[] = [];
  const client = async () => {
    while (next < LOGINS) {
      const name = names[next++ % names.length];
      answers.push(await request(server.url, "POST", "/api/v1/sessions", { body: { name, password } }));
    }
  };
  await Promise.all(range(AT_ONCE).map(client));
  return answers;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
