import { afterAll, beforeAll, expect, it } from "vitest";
import { readMetric } from "../support/metrics.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { freshName, register, request, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";
import { ClientTrace } from "../support/trace.ts";

let server: Server;
let ann: User;
beforeAll(async () => {
  server = await Server.start();
  ann = await register(server.url);
});
afterAll(() => server.stop());

/** A request within a trace of the client's, answered and logged. */
async function traced(
  method: string,
  path: string,
  { sampled = true, body, token = ann.token }: { sampled?: boolean; body?: unknown; token?: string } = {},
) {
  const trace = new ClientTrace(server, sampled);
  const options = body === undefined ? { token } : { token, body };
  const answer = await request(server.url, method, path, { ...options, headers: trace.headers });
  await expect.poll(() => trace.complete).toBe(true);
  return { trace, answer };
}

it("[TR4] a send is one trace through gateway, service, room and user, each the child of its caller", async () => {
  const { trace, answer } = await traced("POST", `${roomPath("11")}/messages`, { body: { body: "hi" } });
  expect(answer.status).toBe(201);
  expect(trace.tree()).toEqual([
    "gateway",
    "gateway > chat.send",
    "gateway > chat.send > room.send",
    "gateway > chat.send > room.send > user.attach",
  ]);
  expect(new Set(trace.lines.map(({ traceId }) => traceId))).toEqual(new Set([trace.traceId]));
  const own = trace.lines.find(({ event }) => event === "request");
  expect(answer.headers.get("x-request-id")).toBe(trace.requestId);
  expect(answer.headers.get("traceresponse")).toBe(`00-${trace.traceId}-${own?.spanId}-01`);
});

it("[TR4] a logout is traced through the user to the rooms that it tells", async () => {
  const bob = await register(server.url);
  await send(server.url, bob.token, "12", "hi");
  const { trace } = await traced("DELETE", "/api/v1/sessions/current", { token: bob.token });
  expect(trace.tree()).toContain("gateway > auth.endSession > user.end > room.revoke");
});

it("[TR4] a question about members is traced through the chatroom service, the room and the user", async () => {
  const room = freshName("room");
  await request(server.url, "POST", "/api/v1/rooms", { token: ann.token, body: { name: room } });
  const { trace } = await traced("GET", `${roomPath(room)}/members`);
  expect(trace.tree()).toContain("gateway > chatroom.members > room.members > user.check");
});

it("[TR4] a socket's upgrade is traced to its room; its frames are not", async () => {
  const trace = new ClientTrace(server);
  const socket = await NativeSocket.open(server.url, ann.token, "13", trace.headers);
  await expect.poll(() => trace.complete).toBe(true);
  const upgrade = [
    "gateway",
    "gateway > chat.fetch",
    "gateway > chat.fetch > room.fetch",
    "gateway > chat.fetch > room.fetch > user.attach",
  ];
  expect(trace.tree()).toEqual(upgrade);
  socket.send({ type: "hello" }, { type: "send", id: "a", body: "hi" });
  await socket.next("events");
  expect(trace.tree()).toEqual(upgrade);
  socket.close();
});

it("[TR7] without the sampled flag only gateway and service write", async () => {
  const { trace } = await traced("POST", `${roomPath("14")}/messages`, { sampled: false, body: { body: "hi" } });
  expect(trace.tree()).toEqual(["gateway", "gateway > chat.send"]);
});

it("[TR2] a traceparent that cannot be read begins a fresh trace, with the caller's request id", async () => {
  const trace = new ClientTrace(server);
  const headers = { ...trace.headers, traceparent: "00-nonsense-01" };
  const answer = await request(server.url, "GET", `${roomPath("11")}/messages`, { token: ann.token, headers });
  await expect.poll(() => trace.complete).toBe(true);
  const [, traceId] = answer.headers.get("traceresponse")?.split("-") ?? [];
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(traceId).not.toBe(trace.traceId);
  expect(trace.lines.map((line) => [line.traceId, line.requestId])).toEqual([
    [traceId, trace.requestId],
    [traceId, trace.requestId],
  ]);
});

it("[TR7] a refusal of the room stands in every hop's line", async () => {
  const { trace, answer } = await traced("GET", `${roomPath("nowhere")}/messages`);
  expect(answer.status).toBe(404);
  const outcomes = trace.lines.map(({ service, object, outcome }) => [service ?? object ?? "gateway", outcome]);
  expect(outcomes).toContainEqual(["room", "notFound"]);
  expect(outcomes).toContainEqual(["chat", "notFound"]);
});

it("[TR3] requests that run at the same time never mix, and every send is a tree of its own", async () => {
  const all = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      traced("POST", `${roomPath(`${20 + (i % 4)}`)}/messages`, { body: { body: "x" } }),
    ),
  );
  for (const { trace } of all) {
    const attach = "gateway > chat.send > room.send > user.attach";
    expect(trace.tree().filter((name) => name !== attach)).toEqual([
      "gateway",
      "gateway > chat.send",
      "gateway > chat.send > room.send",
    ]);
    expect(trace.lines.every(({ traceId }) => traceId === trace.traceId)).toBe(true);
  }
});

it("[OP12] /metrics has each service's calls by outcome, wherever it runs", async () => {
  const calls = (service: string, call: string, outcome: string) =>
    readMetric(
      server.url,
      `edgechat_service_call_seconds_count{service="${service}",call="${call}",outcome="${outcome}"}`,
    );
  const [members, history] = [await calls("chatroom", "members", "notFound"), await calls("chat", "history", "ok")];
  await request(server.url, "GET", `${roomPath(freshName("none"))}/members`, { token: ann.token });
  await request(server.url, "GET", `${roomPath("11")}/messages`, { token: ann.token });
  expect(await calls("chatroom", "members", "notFound")).toBe(members + 1);
  expect(await calls("chat", "history", "ok")).toBe(history + 1);
  expect(await calls("auth", "register", "ok")).toBeGreaterThan(0);
});
