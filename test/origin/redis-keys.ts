import { Redis as RedisClient } from "ioredis";
import { expect, it } from "vitest";
import { GochatTcp } from "../support/gochat-tcp.ts";
import { login, register, type User } from "../support/rest.ts";
import type { System } from "../support/system.ts";
import { needed } from "../support/system-part.ts";

/** What gochat's tools read of a room and of people. */
type Keys = {
  readonly room: Readonly<Record<string, string>>;
  readonly count: string | null;
  readonly servers: readonly (string | null)[];
};

/** gochat's three kinds of keys, as its tools see them. */
export function describeRedisKeys(system: () => System): void {
  it("[OS8] gochat's keys tell who is where through connects, moves and closes on two replicas, and end with the last connection", async (context) => {
    const { edge, tcp } = system();
    const redis = needed(system().redis, context);
    const [first, second] = tcp;
    const client = new RedisClient(redis.url);
    const [ann, bob] = await Promise.all([register(edge.url), register(edge.url)]);
    const annAgain = await login(edge.url, ann);
    const join = (user: User, replica: number, roomId: number) =>
      GochatTcp.join(tcp[replica]?.tcp[0] ?? 0, edge.url, user.token, roomId);
    const keys = (roomId: number) => readKeys(client, roomId, [ann, bob]);

    const here = await join(ann, 0, 831);
    const both = { [ann.id]: ann.name, [bob.id]: bob.name };
    const one = { [ann.id]: ann.name };
    await expect.poll(() => keys(831)).toEqual({ room: one, count: "1", servers: [first?.replica, null] });
    expect(await client.ttl(`gochat_${ann.id}`)).toBeGreaterThan(86_000);

    const there = await join(annAgain, 1, 831);
    const bobs = await join(bob, 1, 831);
    await expect.poll(async () => (await keys(831)).room).toEqual(both);
    expect((await keys(831)).count).toBe("2");

    here.close(); // the other connection goes on, on the other replica
    await expect.poll(() => keys(831)).toEqual({ room: both, count: "2", servers: [second?.replica, second?.replica] });

    bobs.bind(bob.token, 832);
    await bobs.seated(edge.url, bob.token, 832);
    await expect.poll(async () => (await keys(832)).room).toEqual({ [bob.id]: bob.name });
    expect(await keys(831)).toEqual({ room: one, count: "1", servers: [second?.replica, second?.replica] });

    there.terminate();
    bobs.close();
    await expect.poll(() => keys(831)).toEqual({ room: {}, count: null, servers: [null, null] });
    await expect.poll(() => keys(832)).toEqual({ room: {}, count: null, servers: [null, null] });
    client.disconnect();
  });
}

/** Reads the keys; a count of 0 and none are the same to gochat. */
export async function readKeys(client: RedisClient, roomId: number, users: readonly User[]): Promise<Keys> {
  const [room, count, ...servers] = await Promise.all([
    client.hgetall(`gochat_room_${roomId}`),
    client.get(`gochat_room_online_count_${roomId}`),
    ...users.map(({ id }) => client.get(`gochat_${id}`)),
  ]);
  return { room, count: count === "0" ? null : count, servers };
}
