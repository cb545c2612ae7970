import { describe, expect, it } from "vitest";
import { FakeEdge } from "../../origin/redis/fake-edge.ts";
import { RedisBench } from "../support/redis-bench.ts";
import { systemPart } from "../support/system-part.ts";

const ann = { id: 1, name: "ann" };
const bob = { id: 2, name: "bob" };
const DAY_SECONDS = 86_400;

/** How many scripts the server was asked for. */
function calls(stats: string): number {
  return [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

describe.skipIf(!(await systemPart("redis", "gochat's keys in a real Redis")))("on a real Redis", () => {
  const bench = new RedisBench();
  const startReplica = (replicaId: string) => bench.startReplica({ replicaId, edge: new FakeEdge() });

  const room = (number: number) => async () => ({
    users: await bench.client.hgetall(`gochat_room_${number}`),
    count: await bench.client.get(`gochat_room_online_count_${number}`),
  });
  const holder = (user: { readonly id: number }) => () => bench.client.get(`gochat_${user.id}`);

  it("[RK1] a user who sits in a room is in gochat's three keys, for a day at most", async () => {
    const { attendance } = await startReplica("a");
    attendance.came("c1", "7", ann);
    attendance.came("c2", "7", bob);
    await expect.poll(room(7)).toEqual({ users: { 1: "ann", 2: "bob" }, count: "2" });
    await expect.poll(holder(ann)).toBe("a");
    const seconds = await bench.client.ttl("gochat_1");
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(DAY_SECONDS);
  });

  it("[RK2] one of two connections that closes takes nobody out, on one replica or on two", async () => {
    const [a, b] = [await startReplica("a"), await startReplica("b")];
    a.attendance.came("c1", "7", ann);
    a.attendance.came("c2", "7", ann);
    await expect.poll(holder(ann)).toBe("a");
    b.attendance.came("c1", "7", ann);
    await expect.poll(holder(ann)).toBe("b");
    a.attendance.went("c1");
    b.attendance.went("c1");
    await expect.poll(holder(ann)).toBe("a");
    await expect.poll(room(7)).toEqual({ users: { 1: "ann" }, count: "1" });
    a.attendance.went("c2");
    await expect.poll(room(7)).toEqual({ users: {}, count: null });
    await expect.poll(holder(ann)).toBeNull();
  });

  it("[RK2] a user who goes to another room is there alone", async () => {
    const { attendance } = await startReplica("a");
    attendance.came("c1", "7", ann);
    await expect.poll(room(7)).toEqual({ users: { 1: "ann" }, count: "1" });
    attendance.came("c1", "8", ann);
    await expect.poll(room(8)).toEqual({ users: { 1: "ann" }, count: "1" });
    await expect.poll(room(7)).toEqual({ users: {}, count: null });
    await expect.poll(holder(ann)).toBe("a");
  });

  it("[RK3] the changes of one turn are written together", async () => {
    const { attendance } = await startReplica("a");
    const before = calls(await bench.client.info("commandstats"));
    for (let id = 1; id <= 5_000; id += 1) attendance.came(`c${id}`, "7", { id, name: `user ${id}` });
    for (let id = 2; id <= 5_000; id += 1) attendance.went(`c${id}`);
    await expect.poll(room(7)).toEqual({ users: { 1: "user 1" }, count: "1" });
    expect(await bench.client.hlen("edgechat:seats:a")).toBe(1);
    expect(calls(await bench.client.info("commandstats")) - before).toBeLessThan(5_000 / 100);
  });

  it("[RK4] Redis was killed meanwhile: who came and who went is put right when it is back", async () => {
    const a = await startReplica("a");
    a.attendance.came("c1", "7", ann);
    await expect.poll(room(7)).toEqual({ users: { 1: "ann" }, count: "1" });
    await bench.redis.kill();
    await expect.poll(() => a.isUp).toBe(false);
    a.attendance.went("c1");
    a.attendance.came("c2", "7", bob);
    await bench.redis.start();
    await bench.isUp(a);
    await expect.poll(room(7)).toEqual({ users: { 2: "bob" }, count: "1" });
    await expect.poll(holder(ann)).toBeNull();
    await expect.poll(holder(bob)).toBe("a");
  });

  it("[RK6] a replica that stops takes its users out, and leaves those of others", async () => {
    const [a, b] = [await startReplica("a"), await startReplica("b")];
    a.attendance.came("c1", "7", ann);
    b.attendance.came("c1", "7", bob);
    await expect.poll(room(7)).toEqual({ users: { 1: "ann", 2: "bob" }, count: "2" });
    await a.stop();
    await expect.poll(room(7)).toEqual({ users: { 2: "bob" }, count: "1" });
    await expect.poll(holder(ann)).toBeNull();
    expect(await bench.client.exists("edgechat:seats:a", "edgechat:users:a")).toBe(0);
  });
});
