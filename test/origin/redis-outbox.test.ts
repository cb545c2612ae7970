import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { FakeEdge, parcel } from "../../origin/redis/fake-edge.ts";
import { createNoRedis, createRedis, type OriginRedis } from "../../origin/redis/redis.ts";
import { Child } from "../support/child.ts";
import { startLossyWay } from "../support/lossy-way.ts";
import { RedisBench } from "../support/redis-bench.ts";
import { systemPart } from "../support/system-part.ts";

const pace = { leaseMs: 400, renewMs: 100, lookMs: 100 };
const nobody = () => undefined;
const ids = (count: number) => Array.from({ length: count }, (_, n) => `m${n}`);
const logOf = (count: number) => ids(count).map((id) => `session ${id}`);

it("[OX12] without Redis messages go to the edge, and what meets no edge is refused", async () => {
  const edge = new FakeEdge();
  const { courier, isUp } = createNoRedis({ edge });
  expect(isUp).toBe(false);
  expect(await courier.take(parcel("session", "m0"), nobody)).toMatchObject({ ok: true, value: { type: "sent" } });
  edge.breakOff(0);
  expect(await courier.take(parcel("session", "m1"), nobody)).toMatchObject({ ok: false, failure: "unavailable" });
});

it("[RK7] an origin whose Redis is not there starts all the same, and says so once and without the password", async () => {
  const said = vi.spyOn(console, "warn").mockImplementation(nobody);
  const url = "redis://user:hunter2@127.0.0.1:1";
  const origin = await createRedis({ url, replicaId: "alone", edge: new FakeEdge() });
  expect(origin.isUp).toBe(false);
  expect(await origin.courier.take(parcel("session", "m0"), nobody)).toMatchObject({ value: { type: "sent" } });
  await origin.stop();
  const lines = said.mock.calls.map(([line]) => String(line));
  said.mockRestore();
  expect(lines.filter((line) => line.includes("redis.away")).length).toBe(1);
  expect(lines.join()).not.toContain("hunter2");
});

describe.skipIf(!(await systemPart("redis", "the outbox on a real Redis")))("on a real Redis", () => {
  const bench = new RedisBench();
  const startReplica = (replicaId: string, edge: FakeEdge) => bench.startReplica({ replicaId, edge });
  /** One that soon takes over what others leave. On a busy machine its own lease may end too. */
  const startHeir = (replicaId: string, edge: FakeEdge) => bench.startReplica({ replicaId, edge, pace });

  async function keep({ courier }: OriginRedis, names: readonly string[]): Promise<number> {
    const taken = await Promise.all(names.map((id) => courier.take(parcel("session", id), nobody)));
    return taken.filter((reply) => reply.ok && reply.value.type === "kept").length;
  }

  /** A replica in a process of its own that kept messages and was killed. */
  async function killReplica(replicaId: string, count: number): Promise<void> {
    const args = [join(import.meta.dirname, "../support/dying-replica.ts"), bench.redis.url, replicaId, `${count}`];
    const child = new Child({ name: "replica", command: process.execPath, args });
    await child.line((line) => line === `kept ${count}`, "that it kept them");
    await expect.poll(() => bench.client.get("gochat_70")).toBe(replicaId);
    await child.end("SIGKILL");
  }

  it("[OX3] what is kept lies in Redis, arrives in order when the edge is back, and is gone from Redis then", async () => {
    const edge = new FakeEdge();
    edge.breakOff(0);
    const replica = await startReplica("a", edge);
    expect(await keep(replica, ids(500))).toBe(500);
    expect(await bench.client.xlen("edgechat:outbox:a")).toBe(500);
    edge.comeBack();
    await expect.poll(() => edge.log).toEqual(logOf(500));
    await expect.poll(() => bench.client.xlen("edgechat:outbox:a")).toBe(0);
  });

  it("[OX4] with Redis gone messages are refused, and none of them is sent when both are back", async () => {
    const edge = new FakeEdge();
    edge.breakOff(0);
    const replica = await startReplica("a", edge);
    bench.redis.pause();
    const refused = await replica.courier.take(parcel("session", "m0"), nobody);
    expect(refused).toMatchObject({ ok: false, failure: "unavailable" });
    bench.redis.resume();
    await bench.isUp(replica);
    await expect.poll(() => bench.client.xlen("edgechat:outbox:a")).toBe(0);
    edge.comeBack();
    expect(edge.asked).toEqual([]);
  });

  it("[OX4] a Redis that is full refuses messages, none of which is sent later, and takes them again when it has room", async () => {
    const edge = new FakeEdge();
    edge.breakOff(0);
    const replica = await startReplica("a", edge);
    await bench.client.config("SET", "maxmemory", 1);
    expect(await keep(replica, ids(3))).toBe(0);
    await bench.client.config("SET", "maxmemory", 0);
    expect(await keep(replica, ["m3"])).toBe(1);
    edge.comeBack();
    await expect.poll(() => edge.log).toEqual(["session m3"]);
    expect(edge.asked).toEqual(["session m3"]);
  });

  it("[OX5] the bound holds over all replicas", async () => {
    const edge = new FakeEdge();
    edge.breakOff(0);
    const replica = await startReplica("a", edge);
    await bench.client.sadd("edgechat:replicas", "other");
    await bench.client.set("edgechat:replica:other", "alive");
    const rest = bench.client.pipeline();
    for (let n = 1; n <= limits.OUTBOX_MESSAGES_MAX - 3; n += 1)
      rest.xadd("edgechat:outbox:other", `1-${n}`, "parcel", "x");
    await rest.exec();
    expect(await keep(replica, ids(10))).toBe(3);
    const full = await replica.courier.take(parcel("session", "m10"), nobody);
    expect(full).toMatchObject({ ok: false, failure: "busy", retryAfterMs: expect.any(Number) });
  });

  it("[OX7] the edge comes back while Redis is killed: what was kept is sent, and its deletion is made up for", async () => {
    const edge = new FakeEdge();
    edge.breakOff(0);
    const replica = await startReplica("a", edge);
    expect(await keep(replica, ids(50))).toBe(50);
    await bench.redis.kill();
    await expect.poll(() => replica.isUp).toBe(false);
    edge.comeBack();
    await expect.poll(() => edge.log).toEqual(logOf(50));
    await bench.redis.start();
    await bench.isUp(replica);
    expect(await bench.client.xlen("edgechat:outbox:a")).toBe(0);
  });

  it("[OX8] Redis comes back without its data: what is kept is written again, in order", async () => {
    const edge = new FakeEdge();
    edge.breakOff(0);
    const replica = await startReplica("a", edge);
    expect(await keep(replica, ids(20))).toBe(20);
    await bench.client.multi().flushall().call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes").exec();
    await expect.poll(() => bench.client.xlen("edgechat:outbox:a"), { timeout: 10_000 }).toBe(20);
    const stored = (await bench.client.xrange("edgechat:outbox:a", "-", "+")).map(([, fields]) =>
      JSON.parse(fields[1] ?? ""),
    );
    expect(stored.map(({ message }) => message.id)).toEqual(ids(20));
  });

  it("[OX8] Redis is emptied while it runs: what is kept right behind that, and later, is in order all the same", async () => {
    const edge = new FakeEdge();
    edge.breakOff(0);
    await bench.client.set("edgechat:epochs", 100);
    const replica = await startReplica("a", edge);
    await bench.client.flushall();
    expect(await keep(replica, ["m0"])).toBe(1);
    await bench.dropClients();
    await expect.poll(() => bench.client.exists("edgechat:epochs"), { timeout: 10_000 }).toBe(1);
    await bench.isUp(replica);
    expect(await keep(replica, ["m1", "m2"])).toBe(2);
    edge.comeBack();
    await expect.poll(() => edge.log).toEqual(logOf(3));
  });

  it("[OX8] the answer to what was written again is lost: nothing is kept twice", async () => {
    const way = await startLossyWay(bench.redis.port);
    const edge = new FakeEdge();
    edge.breakOff(0);
    await bench.client.set("edgechat:epochs", 100);
    const replica = await createRedis({ url: way.url, replicaId: "a", edge });
    await bench.isUp(replica);
    expect(await keep(replica, ids(5))).toBe(5);
    const lost = way.loseAnswerTo("exec");
    await bench.client.flushall();
    await bench.dropClients();
    await lost;
    await bench.isUp(replica);
    expect([replica.courier.waiting, await bench.client.xlen("edgechat:outbox:a")]).toEqual([5, 5]);
    edge.comeBack();
    await expect.poll(() => edge.log).toEqual(logOf(5));
    expect(edge.asked.length).toBe(5);
    await replica.stop();
    way.close();
  });

  it("[OX8] a replica that was killed and starts again under its name sends what it had kept first", async () => {
    await killReplica("a", 30);
    const edge = new FakeEdge();
    const replica = await startReplica("a", edge);
    await expect.poll(() => edge.log).toEqual(logOf(30));
    expect(await bench.client.exists("gochat_70", "gochat_room_7", "gochat_room_online_count_7")).toBe(0);
    expect(replica.courier.waiting).toBe(0);
  });

  it("[OX9] [RK5] what a killed replica had kept is sent once by another one, and its users are taken out", async () => {
    await killReplica("dead", 30);
    await bench.client.pexpire("edgechat:replica:dead", 1);
    const edge = new FakeEdge();
    await Promise.all(["b", "c"].map((name) => startHeir(name, edge)));
    await expect.poll(() => edge.log, { timeout: 10_000 }).toEqual(logOf(30));
    await expect.poll(async () => (await bench.client.smembers("edgechat:replicas")).toSorted()).toEqual(["b", "c"]);
    expect(edge.asked.length).toBe(30);
    expect(await bench.client.exists("edgechat:outbox:dead", "gochat_70", "gochat_room_7")).toBe(0);
  });

  it("[OX9] what is taken over lies where others look for it, also when its new keeper was taken for dead meanwhile", async () => {
    await killReplica("dead", 3);
    const edge = new FakeEdge();
    edge.breakOff(0);
    await bench.startReplica({ replicaId: "b", edge, pace: { ...pace, renewMs: 60_000 } });
    await bench.client.srem("edgechat:replicas", "b");
    await bench.client.pexpire("edgechat:replica:dead", 1);
    await expect.poll(() => bench.client.xlen("edgechat:outbox:b"), { timeout: 10_000 }).toBe(3);
    expect(await bench.client.sismember("edgechat:replicas", "b")).toBe(1);
  });

  it("[OX9] a replica that is alive is left alone", async () => {
    const [edgeOfA, edgeOfB] = [new FakeEdge(), new FakeEdge()];
    edgeOfA.breakOff(0);
    const a = await startReplica("a", edgeOfA);
    expect(await keep(a, ids(5))).toBe(5);
    await startHeir("b", edgeOfB);
    await bench.client.sadd("edgechat:replicas", "gone");
    await expect.poll(() => bench.client.sismember("edgechat:replicas", "gone"), { timeout: 10_000 }).toBe(0);
    expect(edgeOfB.asked).toEqual([]);
    expect(await bench.client.xlen("edgechat:outbox:a")).toBe(5);
  });

  it("[OX11] what a replica could not send before it stopped is sent by another one at once", async () => {
    const away = new FakeEdge();
    away.breakOff(0);
    const stopping = await startReplica("a", away);
    expect(await keep(stopping, ids(5))).toBe(5);
    const edge = new FakeEdge();
    await startHeir("b", edge);
    await stopping.stop();
    expect(await bench.client.exists("edgechat:replica:a")).toBe(0);
    await expect.poll(() => edge.log, { timeout: 10_000 }).toEqual(logOf(5));
  });
});
