import { Redis as RedisClient } from "ioredis";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { GochatTcp } from "../support/gochat-tcp.ts";
import { KeptSends } from "../support/kept-sends.ts";
import { type Origin, startOrigin } from "../support/origin.ts";
import { range } from "../support/reader.ts";
import { register, type User } from "../support/rest.ts";
import { type System, startSystem } from "../support/system.ts";
import { needed } from "../support/system-part.ts";
import { readKeys } from "./redis-keys.ts";

/** `ORIGIN_ROUNDS=20` is the campaign; the short form is part of every test run. */
const ROUNDS = Number(process.env.ORIGIN_ROUNDS ?? 1);
const SETTLE_MS_MAX = 30_000;
/** A dead replica is adopted when its lease has run out, and the edge needs seconds to start: nothing here is quick. */
vi.setConfig({ testTimeout: 60_000 });

let system: System;
let first: Origin;
let second: Origin;
const url = () => system.edge.url;
const freshUser = () => register(url());
const join = (replica: Origin, user: User, roomId: number) => KeptSends.join(replica.tcp[0] ?? 0, url(), user, roomId);

beforeAll(async () => {
  system = await startSystem({ tcp: 2, grpc: 0, redis: true });
  [first, second] = system.tcp as readonly [Origin, Origin];
});
afterAll(() => system.stop());

/** The edge is gone from when this resolves, and the replicas know it. */
async function edgeAway(): Promise<void> {
  await system.edge.killAll();
  for (const replica of [first, second]) {
    await expect.poll(() => replica.metric("edgechat_origin_uplink_up"), { timeout: 10_000 }).toBe(0);
  }
}

async function edgeBack(): Promise<void> {
  await system.edge.restart();
  for (const replica of [first, second]) {
    await expect.poll(() => replica.metric("edgechat_origin_uplink_up"), { timeout: SETTLE_MS_MAX }).toBe(1);
  }
}

it("[OS12] what is sent while the edge is away is kept and comes once and in order to everybody when it is back", async (context) => {
  needed(system.redis, context);
  const roomId = 861;
  const senders = await Promise.all([first, second, first].map(async (one) => join(one, await freshUser(), roomId)));
  for (const sender of senders) sender.send(20, "before");
  await Promise.all(senders.map((sender) => sender.answered()));
  await edgeAway();
  for (const sender of senders) sender.send(50, "away");
  await Promise.all(senders.map((sender) => sender.answered()));
  expect(senders.flatMap(({ refused }) => refused)).toEqual([]);
  await edgeBack();
  for (const sender of senders) sender.send(20, "behind");
  await Promise.all(senders.map((sender) => sender.answered()));
  await expect
    .poll(() => senders.map(({ client }) => client.texts.length), { timeout: SETTLE_MS_MAX })
    .toEqual([270, 270, 270]);
  for (const sender of senders) {
    expect(await sender.logged(url())).toEqual(sender.sent);
    expect(sender.client.texts).toEqual(senders[0]?.client.texts);
    expect(sender.taken).toEqual(sender.sent);
    sender.client.close();
  }
});

it("[OS13] a replica that dies by kill -9 with kept messages is adopted: each comes once, and its keys go", async (context) => {
  const redis = needed(system.redis, context);
  const roomId = 862;
  const victim = await startOrigin({ edge: system.edge, role: "tcp", redisUrl: redis.url });
  onTestFinished(() => victim.kill());
  const [ann, bob] = await Promise.all([freshUser(), freshUser()]);
  const sender = await join(victim, ann, roomId);
  const witness = await join(second, bob, roomId);
  await edgeAway();
  sender.send(100, "kept");
  await sender.answered();
  expect(sender.taken).toHaveLength(100);
  await victim.kill();
  await edgeBack();
  await expect.poll(() => witness.client.texts.length, { timeout: SETTLE_MS_MAX }).toBe(100);
  expect(await sender.logged(url())).toEqual(sender.sent);
  const client = new RedisClient(redis.url);
  const keys = { room: { [bob.id]: bob.name }, count: "1", servers: [null, second.replica] };
  await expect.poll(() => readKeys(client, roomId, [ann, bob]), { timeout: SETTLE_MS_MAX }).toEqual(keys);
  client.disconnect();
  witness.client.close();
});

it("[OS14] Redis restarted or gone while the edge is up costs nobody a message; gochat's keys are right when it is back", async (context) => {
  const redis = needed(system.redis, context);
  const roomId = 863;
  const ann = await freshUser();
  const sender = await join(first, ann, roomId);
  sender.send(20, "before");
  await redis.kill();
  sender.send(20, "gone");
  await sender.answered();
  const late = await join(second, await freshUser(), roomId);
  await redis.start();
  sender.send(20, "behind");
  await sender.answered();
  expect([sender.taken, sender.refused]).toEqual([sender.sent, []]);
  expect(await sender.logged(url())).toEqual(sender.sent);
  const client = new RedisClient(redis.url);
  const both = { [ann.id]: ann.name, [late.user.id]: late.user.name };
  await expect.poll(async () => (await readKeys(client, roomId, [])).room, { timeout: SETTLE_MS_MAX }).toEqual(both);
  client.disconnect();
  for (const one of [sender, late]) one.client.close();
});

it("[OS15] Redis gone while the edge is away: what is sent then is refused and never comes; what was kept comes", async (context) => {
  const redis = needed(system.redis, context);
  const sender = await join(first, await freshUser(), 864);
  await expect.poll(() => first.metric("edgechat_origin_redis_up"), { timeout: SETTLE_MS_MAX }).toBe(1);
  await edgeAway();
  const kept = sender.send(30, "kept");
  await sender.answered();
  await redis.kill();
  const refused = sender.send(30, "refused");
  await sender.answered();
  expect([sender.taken, sender.refused]).toEqual([kept, refused]);
  await redis.start();
  await expect.poll(() => first.metric("edgechat_origin_redis_up"), { timeout: SETTLE_MS_MAX }).toBe(1);
  const later = sender.send(30, "later");
  await sender.answered();
  expect(sender.taken).toEqual([...kept, ...later]);
  await edgeBack();
  await expect.poll(() => sender.client.texts.length, { timeout: SETTLE_MS_MAX }).toBe(60);
  expect(await sender.logged(url())).toEqual([...kept, ...later]);
  sender.client.close();
});

it("[OS16] the outbox takes what it may and refuses the rest visibly; all that it took comes once and in order", async (context) => {
  needed(system.redis, context);
  const senders = await Promise.all(range(4).map(async () => join(first, await freshUser(), 865)));
  await expect.poll(() => first.metric("edgechat_origin_redis_up"), { timeout: SETTLE_MS_MAX }).toBe(1);
  await edgeAway();
  for (const sender of senders) sender.send((limits.OUTBOX_MESSAGES_MAX + 100) / senders.length, "full");
  await Promise.all(senders.map((sender) => sender.answered()));
  expect(senders.flatMap(({ refused }) => refused)).toHaveLength(100);
  expect(senders.every(({ client }) => client.refused.every(({ code }) => code === 1))).toBe(true);
  await edgeBack();
  for (const { client } of senders) {
    await expect.poll(() => client.texts.length, { timeout: SETTLE_MS_MAX }).toBe(limits.OUTBOX_MESSAGES_MAX);
    expect(client.texts).toEqual(senders[0]?.client.texts);
  }
  for (const { user, taken, client } of senders) {
    expect(client.texts.filter((text) => text.startsWith(`${user.name}.`))).toEqual(taken);
    client.close();
  }
});

it(
  `[OS17] the edge's runtime killed under load, ${ROUNDS} times: nothing that was taken is lost or doubled, and the order stands`,
  async (context) => {
    needed(system.redis, context);
    const roomId = 866;
    const senders = await Promise.all(
      range(4).map(async (i) => join(i % 2 === 0 ? first : second, await freshUser(), roomId)),
    );
    for (const round of range(ROUNDS)) {
      for (const sender of senders) sender.send(200, `${round}`);
      const { workerPid } = system.edge;
      await expect.poll(() => senders[0]?.taken.length).toBeGreaterThan((round - 1) * 200 + 50);
      system.edge.killWorker();
      for (const sender of senders) sender.send(200, `${round} behind`);
      await Promise.all(senders.map((sender) => sender.answered()));
      await expect.poll(() => hasOtherWorker(workerPid), { timeout: SETTLE_MS_MAX }).toBe(true);
      await system.edge.ready();
    }
    for (const sender of senders) {
      const refused = new Set(sender.refused);
      const wanted = sender.sent.filter((id) => !refused.has(id));
      await expect.poll(() => sender.logged(url()), { timeout: SETTLE_MS_MAX }).toHaveLength(wanted.length);
      expect(await sender.logged(url())).toEqual(wanted);
      expect([...sender.taken].sort()).toEqual([...wanted].sort());
    }
    const all = senders.reduce((sum, { taken }) => sum + taken.length, 0);
    for (const { client } of senders) {
      await expect.poll(() => client.texts.length, { timeout: SETTLE_MS_MAX }).toBe(all);
      expect(client.texts).toEqual(senders[0]?.client.texts);
      client.close();
    }
  },
  60_000 + ROUNDS * 20_000,
);

function hasOtherWorker(pid: number): boolean {
  try {
    return system.edge.workerPid !== pid;
  } catch {
    return false; // between the crash and the restart
  }
}

it("[OS18] without Redis a replica runs and says that it has no outbox; what is sent while the edge is away is refused", async () => {
  const replica = await startOrigin({ edge: system.edge, role: "tcp" });
  onTestFinished(() => replica.kill());
  expect(replica.output).toMatch(/outbox/);
  const sender = await join(replica, await freshUser(), 867);
  const before = sender.send(10, "before");
  await sender.answered();
  await system.edge.killAll();
  await expect.poll(() => replica.metric("edgechat_origin_uplink_up"), { timeout: 10_000 }).toBe(0);
  const away = sender.send(10, "away");
  await sender.answered();
  expect([sender.taken, sender.refused]).toEqual([before, away]);
  expect((await fetch(`${replica.operations}/ready`)).status).toBe(503);
  expect((await fetch(`${replica.operations}/health`)).status).toBe(200);
  await system.edge.restart();
  await expect
    .poll(async () => (await fetch(`${replica.operations}/ready`)).status, { timeout: SETTLE_MS_MAX })
    .toBe(200);
  const behind = sender.send(10, "behind");
  await sender.answered();
  expect(await sender.logged(url())).toEqual([...before, ...behind]);
  await replica.stop();
});

it("[OS18] a connection that is made while the edge is away is told so, and one that was made before outlives the absence", async () => {
  const user = await freshUser();
  const sender = await join(first, user, 868);
  await edgeAway();
  const early = await GochatTcp.open(first.tcp[0] ?? 0);
  early.bind(user.token, 868);
  await edgeBack();
  // Within the wait for the edge it is seated; past it, it was refused visibly.
  await Promise.race([early.closed, early.seated(url(), user.token, 868)]);
  expect(sender.client.isOpen).toBe(true);
  sender.send(1, "behind");
  await expect.poll(() => sender.client.texts).toHaveLength(1);
  for (const one of [early, sender.client]) one.close();
});
