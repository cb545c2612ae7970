import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Origin, startOrigin } from "../support/origin.ts";
import { range } from "../support/reader.ts";
import { register, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";
import { unlimited } from "../support/system.ts";
import { TcpCrowd } from "../support/tcp-crowd.ts";

/** `ORIGIN_CROWD=5000` is the campaign of `npm run test:origin`; the short form is part of every test run. */
const CONNECTIONS = Number(process.env.ORIGIN_CROWD ?? 1_000);
const USERS = 5;
const ROOM = 5_000;
const WAIT_MS_MAX = 60_000;
vi.setConfig({ testTimeout: 3 * WAIT_MS_MAX });

let edge: Server;
let replica: Origin;
let users: readonly User[];
beforeAll(async () => {
  edge = await Server.start(unlimited);
  const perAddress = `${CONNECTIONS * 2}`;
  const env = { CONNECTIONS_PER_ADDRESS: perAddress, CONNECTS_PER_ADDRESS: perAddress };
  replica = await startOrigin({ edge, role: "tcp", env });
  users = await Promise.all(range(USERS).map(() => register(edge.url)));
});
afterAll(async () => {
  await replica.kill();
  await edge.stop();
});

/** Says messages of these numbers in the room over REST, one after the other. */
async function say(first: number, last: number): Promise<void> {
  for (const text of range(last, first).map((i) => `m${i}`))
    await send(edge.url, users[0]?.token ?? "", `${ROOM}`, text, text);
}

it(`[OS20] ${CONNECTIONS} connections of one replica sit in one room, hear everything once and in order, and are all back by themselves after the runtime was killed`, async () => {
  const crowd = await TcpCrowd.gather(replica.tcp[0] ?? 0, users, CONNECTIONS, ROOM);
  await say(1, 10);
  expect(await crowd.heard(10, WAIT_MS_MAX)).toHaveLength(1);
  edge.killWorker();
  const connects = () => replica.metric("edgechat_origin_uplink_connects_total");
  await expect.poll(connects, { timeout: WAIT_MS_MAX }).toBe(2);
  await edge.ready();
  await say(11, 20);
  const whole = range(20)
    .map((i) => `m${i}`)
    .join(" ");
  expect(await crowd.heard(20, WAIT_MS_MAX)).toEqual([whole]);
  expect(crowd.clients.filter(({ isOpen }) => !isOpen)).toEqual([]);
  crowd.close();
});
