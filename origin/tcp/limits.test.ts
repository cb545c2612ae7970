import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Admission } from "./admission.ts";
import { TestReplica } from "./test-replica.ts";

let replica: TestReplica;
const warn = vi.spyOn(console, "warn");
beforeEach(() => {
  replica = new TestReplica();
  warn.mockReset().mockReturnValue();
});
afterEach(() => replica.stop());

const TRUSTED = "127.0.0.0/8";
const proxied = (address: string) => `PROXY TCP4 ${address} 127.0.0.1 4000 7001\r\n`;

/** A connection behind a trusted proxy that speaks for this address, and signs in. */
async function joinFrom(introduction: string, name: string) {
  const peer = await replica.connect();
  peer.socket.write(introduction);
  peer.say({ op: 6, authToken: replica.edge.signIn(name.length, name), roomId: 1 });
  return peer;
}

describe("limits of an address", () => {
  it("[TC15] more connections than an address may have are told so and closed, and the others stay", async () => {
    await replica.start({ connectionsPerAddress: 2 });
    const first = await replica.join("ann");
    await replica.join("bobby");
    const third = await replica.connect();
    await expect.poll(() => third.isClosed).toBe(true);
    expect(third.told).toMatchObject([{ op: 6, code: 1 }]);
    expect(replica.edge.seats.size).toBe(2);
    first.socket.destroy();
    await expect.poll(() => replica.edge.seats.size).toBe(1);
    await replica.join("carla");
    expect(warn.mock.calls.join()).toContain('"reason":"limit"');
  });

  it("[TC15] more connects in a second than an address may make are told when to come back", async () => {
    await replica.start({ connectsPerAddress: 1 });
    const [first, second] = [await replica.connect(), await replica.connect()];
    await expect.poll(() => second.isClosed).toBe(true);
    expect(second.told).toMatchObject([{ op: 6, code: 1, retryAfterMs: expect.any(Number) }]);
    expect(first.isClosed).toBe(false);
  });

  it("[TC15] a replica that is full says so", async () => {
    await replica.start({ connectionsMax: 1 });
    await replica.connect();
    const second = await replica.connect();
    await expect.poll(() => second.isClosed).toBe(true);
    expect(second.told).toMatchObject([{ op: 6, code: 1 }]);
  });

  it("[TC16] frames past the rate of an address wait their turn: none is lost, none is refused", async () => {
    await replica.start({ framesPerAddress: 3 });
    const peer = await replica.connect();
    const texts = ["a", "b", "c", "d"];
    peer.say({ op: 6, authToken: replica.edge.signIn(3, "ann"), roomId: 1 });
    peer.say(...texts.map((msg) => ({ op: 3, roomId: 1, msg })));
    await expect.poll(() => peer.texts, { timeout: 5_000 }).toEqual(texts);
  });

  it("[TC16] only frames past the rate wait, and those of another address do not", async () => {
    await replica.start();
    const most = { ports: [], connectionsMax: 9, connectionsPerAddress: 9, connectsPerAddress: 9, framesPerAddress: 2 };
    const admission = new Admission(most);
    const waits = await Promise.all(["a", "a", "a", "b"].map((address) => admission.frameWaitMs(address)));
    expect(waits).toEqual([0, 0, expect.any(Number), 0]);
    expect(waits[2]).toBeGreaterThan(0);
  });

  it("[TC17] behind a trusted proxy the address of its PROXY line counts, split at any byte", async () => {
    await replica.start({ connectionsPerAddress: 1 }, TRUSTED);
    const first = await replica.connect();
    for (const char of proxied("203.0.113.7")) await new Promise((resolve) => first.socket.write(char, resolve));
    first.say({ op: 6, authToken: replica.edge.signIn(3, "ann"), roomId: 1 });
    await expect.poll(() => replica.edge.seats.size).toBe(1);
    const same = await joinFrom(proxied("203.0.113.7"), "bobby");
    await expect.poll(() => same.isClosed).toBe(true);
    await joinFrom(proxied("203.0.113.8"), "carla");
    await joinFrom("PROXY UNKNOWN\r\n", "dorothy");
    await expect.poll(() => replica.edge.seats.size).toBe(3);
    const proxyItself = await joinFrom("", "edgar");
    await expect.poll(() => proxyItself.isClosed).toBe(true);
  });

  it.each([
    ["no address", "PROXY TCP4 nobody 127.0.0.1 1 2\r\n"],
    ["too little", "PROXY TCP4\r\n"],
    ["no end", `PROXY TCP4 ${"1".repeat(120)}`],
  ])("[TC17] a PROXY line with %s closes the connection", async (_, line) => {
    await replica.start({}, TRUSTED);
    const peer = await joinFrom(line, "ann");
    await expect.poll(() => peer.isClosed).toBe(true);
    expect(replica.edge.seats.size).toBe(0);
  });

  it("[TC17] a PROXY line of somebody who is no trusted proxy is a malformed frame", async () => {
    await replica.start();
    const peer = await joinFrom(proxied("203.0.113.7"), "ann");
    await expect.poll(() => peer.isClosed).toBe(true);
    expect(warn.mock.calls.join()).toContain('"reason":"malformed"');
    expect(replica.edge.seats.size).toBe(0);
  });
});
