import { afterAll, beforeAll, expect, it } from "vitest";
import { GochatSocket } from "../support/gochat.ts";
import { readMetric } from "../support/metrics.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { register, request, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

let server: Server;
let ann: User;
let bob: User;
beforeAll(async () => {
  server = await Server.start();
  ann = await register(server.url);
  bob = await register(server.url);
});
afterAll(() => server.stop());

it("[SV2] a socket's 101, its frames and its refusal come through the gateway as they are", async () => {
  const { socket } = await NativeSocket.join(server.url, ann.token, "1");
  const gochat = await GochatSocket.join(server.url, bob.token, 1);
  await send(server.url, bob.token, "1", "hello");
  expect(await socket.next("events")).toMatchObject({ events: [{ body: "hello" }] });
  expect((await gochat.next(3)).msg).toBe("hello");
  await expect(NativeSocket.open(server.url, ann.token, "nowhere")).rejects.toThrow("upgrade refused: 404");
  socket.close();
  gochat.close();
});

it("[SV3] /metrics has what every isolate counted, once: hashes, messages, sockets, refusals", async () => {
  const read = (name: string) => readMetric(server.url, name);
  const hashes = await read("edgechat_password_hash_seconds_count");
  const messages = await read("edgechat_messages_total");
  const requests = `edgechat_refusals_total{failure="notFound"}`;
  await register(server.url);
  await send(server.url, ann.token, "2", "one");
  await send(server.url, ann.token, "2", "two");
  expect((await request(server.url, "GET", roomPath("nowhere"), { token: ann.token })).status).toBe(404);
  const { socket } = await NativeSocket.join(server.url, ann.token, "2");
  expect(await read("edgechat_password_hash_seconds_count")).toBe(hashes + 1);
  expect(await read("edgechat_messages_total")).toBe(messages + 2);
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const series = lines.map((line) => line.slice(0, line.lastIndexOf(" ")));
  expect(new Set(series).size).toBe(series.length);
  expect(series).toContain('edgechat_connections{dialect="native"}');
  expect(series).toContain(requests);
  socket.close();
});
