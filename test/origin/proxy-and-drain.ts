import { expect, it, onTestFinished } from "vitest";
import { GochatTcp } from "../support/gochat-tcp.ts";
import { GrpcClient } from "../support/grpc.ts";
import { originToken } from "../support/origin.ts";
import { range } from "../support/reader.ts";
import { register, type User } from "../support/rest.ts";
import type { System } from "../support/system.ts";
import { needed } from "../support/system-part.ts";

const UNAVAILABLE = 14;
const CALLS = 40;

/** Replicas come and go behind Envoy. These end replicas of the system: nothing may follow them. */
export function describeProxyAndDrain(system: () => System): void {
  const place = ({ token, name }: User, room_name: string) => ({
    auth: { credential: token },
    room_name,
    person_name: name,
  });

  it("[OS10] every process tells its health, and Envoy its own on the admin port, which cannot end it", async (context) => {
    const { tcp, grpc } = system();
    for (const { operations } of [...tcp, ...grpc]) {
      for (const path of ["/health", "/ready"]) expect((await fetch(operations + path)).status).toBe(200);
    }
    const envoy = needed(system().envoy, context);
    expect((await fetch(`${envoy.admin}/ready`)).status).toBe(200);
    expect((await fetch(`${envoy.admin}/quitquitquit`, { method: "POST" })).status).not.toBe(200);
  });

  it("[OS10] Envoy gives both replicas of gRPC their share of the calls", async (context) => {
    const { edge } = system();
    const envoy = needed(system().envoy, context);
    const user = await register(edge.url);
    const before = await envoy.requests("gateway");
    const client = new GrpcClient("gateway", envoy.port("gateway"));
    await Promise.all(range(CALLS).map(() => client.call("GetHistory", place(user, "851"))));
    const shares = [...(await envoy.requests("gateway"))].map(([address, count]) => count - (before.get(address) ?? 0));
    expect(shares).toHaveLength(2);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(CALLS / 4);
    client.close();
  });

  it("[OS11] a TCP replica that drains tells its clients, answers what they had sent and exits with 0", async () => {
    const { edge, tcp } = system();
    const [replica, other] = tcp;
    const [user, bystander] = await Promise.all([register(edge.url), register(edge.url)]);
    const witness = await GochatTcp.join(other?.tcp[0] ?? 0, edge.url, bystander.token, 852);
    const client = await GochatTcp.join(replica?.tcp[0] ?? 0, edge.url, user.token, 852);
    const sent = range(100).map((i) => `${i}`);
    for (const id of sent) client.say(852, id, id);
    await expect.poll(() => client.taken.length).toBeGreaterThan(0);
    const stopped = replica?.stop();
    expect(await client.closed).toBe("ended");
    await stopped;
    expect(client.refused).toMatchObject([{ op: 6, code: 1 }]);
    const { taken } = client;
    await expect.poll(() => witness.texts.length).toBeGreaterThanOrEqual(taken.length);
    expect(witness.texts).toEqual(sent.slice(0, witness.texts.length));
    expect(taken).toEqual(sent.slice(0, taken.length));
  });

  it("[OS11] a gRPC replica that drains ends its streams with UNAVAILABLE, and calls through Envoy go on without an error", async () => {
    const { edge, grpc, envoy } = system();
    const [replica] = grpc;
    const user = await register(edge.url);
    const direct = new GrpcClient("gateway", replica?.grpc("gateway") ?? 0);
    const stream = direct.subscribe(place(user, "853"));
    await stream.stands;
    const port = envoy?.port("gateway") ?? grpc[1]?.grpc("gateway") ?? 0;
    const client = new GrpcClient("gateway", port);
    let isStopped = false;
    const stopped = replica?.stop().then(() => {
      isStopped = true;
    });
    const codes: number[] = [];
    while (!isStopped) codes.push(await client.code("SendMessage", { ...place(user, "853"), text: "go on" }));
    await stopped;
    expect(await stream.ended).toBe(UNAVAILABLE);
    expect(codes.filter((code) => code !== 0)).toEqual([]);
    for (const one of [direct, client]) one.close();
  });

  it("[OS10] a replica is taken back when another stands in its place, and kill -9 of one costs its calls under way alone", async (context) => {
    const { edge, grpc } = system();
    const envoy = needed(system().envoy, context);
    const user = await register(edge.url);
    const heir = await grpc[0]?.again({ edge, env: { ORIGIN_TOKEN: originToken(edge) } });
    onTestFinished(() => heir?.kill());
    await expect.poll(() => envoy.healthy("gateway"), { timeout: 10_000 }).toBe(2);
    await grpc[1]?.kill();
    const client = new GrpcClient("gateway", envoy.port("gateway"));
    await expect.poll(() => client.code("GetHistory", place(user, "854")), { timeout: 10_000 }).toBe(0);
    const codes = await Promise.all(range(CALLS).map(() => client.code("GetHistory", place(user, "854"))));
    expect(codes.filter((code) => code !== 0)).toEqual([]);
    client.close();
  });
}
