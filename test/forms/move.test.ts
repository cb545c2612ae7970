import { afterAll, beforeAll, expect, it } from "vitest";
import { NativeSocket } from "../support/native-socket.ts";
import { call, login, readLog, register, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

let server: Server;
let ann: User;
beforeAll(async () => {
  server = await Server.start();
  ann = await register(server.url);
});
afterAll(() => server.stop());

const move = async (form: string) => {
  await server.end();
  await server.restart(form);
};

it("[SV6] one data folder serves either form: accounts, sessions, rooms and their epoch go along, there and back", async () => {
  const room = roomPath("tea");
  await call(server.url, "POST", "/api/v1/rooms", { token: ann.token, body: { name: "tea", visibility: "private" } });
  await send(server.url, ann.token, "tea", "in the monolith", "one");
  const before = await call(server.url, "GET", room, { token: ann.token });

  await move("services");
  expect(await call(server.url, "GET", room, { token: ann.token })).toEqual(before);
  expect((await login(server.url, ann)).id).toBe(ann.id);
  const again = await send(server.url, ann.token, "tea", "in the monolith", "one");
  expect(again).toMatchObject({ seq: 1, duplicate: true });
  const resume = { epoch: again.epoch, seq: 1 };
  const { socket } = await NativeSocket.join(server.url, ann.token, "tea", resume);
  expect(await socket.next("resumed")).toMatchObject({ to: 1 });
  await send(server.url, ann.token, "tea", "in the services", "two");
  expect(await socket.next("events")).toMatchObject({ after: 1, events: [{ seq: 2, body: "in the services" }] });
  socket.close();

  await move("monolith");
  const log = await readLog(server.url, ann.token, "tea");
  expect(log.map(({ seq, body }) => [seq, body])).toEqual([
    [1, "in the monolith"],
    [2, "in the services"],
  ]);
}, 60_000);
