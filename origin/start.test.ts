import { once } from "node:events";
import { connect, createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { TestProcess } from "./test-process.ts";

/** Loaded before the process begins: an error that nobody catches, when a signal asks for it. */
const torn = 'data:text/javascript,process.on("SIGUSR2",()=>{throw new Error("torn")})';

async function get(port: number | undefined, path: string) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: answer.status, text: await answer.text() };
}

describe("npm run origin", { timeout: 60_000 }, () => {
  it("[OR3] [OR4] [OR5] [OR6] it is ready to be asked without an edge, says what is missing, and ends with 0 on SIGTERM", async () => {
    const origin = new TestProcess(["all"], { REPLICA_ID: "r-1" });
    const ready = await origin.said("ready");
    expect(ready).toMatchObject({ role: "all", replica: "r-1" });
    const names = Object.keys(JSON.parse(ready.ports ?? "{}"));
    expect(names.filter((name) => name.startsWith("tcp"))).toHaveLength(2);
    expect(names.filter((name) => name.startsWith("grpc"))).toHaveLength(4);
    expect((await get(ready.operations, "/health")).status).toBe(200);
    const { status, text } = await get(ready.operations, "/ready");
    expect([status, JSON.parse(text)]).toEqual([503, { ready: false, edge: "down", redis: "none", draining: false }]);
    expect((await get(ready.operations, "/metrics")).text).toContain("edgechat_origin_uplink_up 0");
    origin.signal("SIGTERM");
    expect(await origin.ended).toBe(0);
    expect(origin.lines.join()).toContain('"event":"no redis"');
  });

  it("[OR1] [OR3] a role serves its own ports alone", async () => {
    const origin = new TestProcess(["tcp"]);
    const { ports } = await origin.said("ready");
    expect(Object.keys(JSON.parse(ports ?? "{}")).every((name) => name.startsWith("tcp"))).toBe(true);
  });

  it.each([
    ["udp", {}, "usage"],
    ["tcp", { ORIGIN_TOKEN: "", DATA_DIR: "/nowhere" }, "ORIGIN_TOKEN"],
    ["tcp", { TCP_PORTS: "x" }, "TCP_PORTS"],
  ])("[OR1] [OR2] started wrongly it ends with 2 and says what to do: %s %j", async (role, env, named) => {
    const origin = new TestProcess([role], env);
    expect(await origin.ended).toBe(2);
    await expect.poll(() => origin.lines.join()).toContain(named);
  });

  it("[OR1] a port that is taken ends it with 1", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const origin = new TestProcess(["tcp"], { TCP_PORTS: `${port}` });
    expect(await origin.ended).toBe(1);
    await expect.poll(() => origin.lines.join()).toContain("EADDRINUSE");
  });

  it("[OR5] a second signal ends it at once, whoever is not through yet", async () => {
    const origin = new TestProcess(["tcp"]);
    const { ports, operations } = await origin.said("ready");
    const [port] = Object.values(JSON.parse(ports ?? "{}") as Record<string, number>);
    const client = connect({ port: port ?? 0, host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => void client.destroy());
    await expect.poll(async () => (await get(operations, "/metrics")).text).toContain("tcp_connections 1");
    origin.signal("SIGTERM");
    await origin.said("stopping");
    origin.signal("SIGTERM");
    expect(await origin.ended).toBe(1);
  });

  it("[OR7] an error that nobody caught is logged and ends it with 1", async () => {
    const origin = new TestProcess(["--import", torn, "tcp"]);
    await origin.said("ready");
    origin.signal("SIGUSR2");
    expect(await origin.ended).toBe(1);
    await expect.poll(() => origin.lines.join()).toContain("torn");
  });
});
