import { performance } from "node:perf_hooks";
import { setTimeout as pass } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BurstAnswer, burst } from "../support/burst.ts";
import { Reader, range } from "../support/reader.ts";
import { call, freshName, register, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

/** `npm run test:logins` is the campaign of 5,000; the short form, twice as many as there are slots, runs always. */
const LOGINS = Number(process.env.LOGIN_BURST ?? 1_000);
const AT_ONCE = LOGINS;
const GAP_MS = 50;
/**
 * How long a chat message may take meanwhile: generous, for the burst comes from this process and machine too. Seen on
 * two shared cores: median 2-103 ms, p99 0.5-1.3 s, and once above 2 s beside other work.
 */
const MEDIAN_MS_MAX = 500;
const P99_MS_MAX = 5_000;

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
  const logins = range(LOGINS).map((i) => ({ name: names[i % names.length], password }));
  const answers = await burst(`${server.url}/api/v1/sessions`, logins, AT_ONCE);
  running = false;
  const busy = await chatting;

  expect(reader.seqs).toEqual(range(quiet.length + busy.length));
  expect(busy.length).toBeGreaterThanOrEqual(40);
  expect({ median: quantile(busy, 0.5) < MEDIAN_MS_MAX, p99: quantile(busy, 0.99) < P99_MS_MAX }).toEqual({
    median: true,
    p99: true,
  });
  const refused = answers.filter(({ status }) => status !== 201);
  const isPlain = ({ status, retryAfter }: BurstAnswer) => status === 503 && Number(retryAfter) >= 1;
  expect(refused.filter((answer) => !isPlain(answer))).toEqual([]);
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

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
