import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeIdentity, IDENTITY_HEADER } from "../../contracts/identity.ts";
import { GochatSocket, post } from "../support/gochat.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { readLog, register, request, roomPath, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

let server: Server;
let mallory: User;
let victim: User;
beforeAll(async () => {
  server = await Server.start();
  mallory = await register(server.url);
  victim = await register(server.url);
});
afterAll(() => server.stop());

const claims = () => ({
  from: { id: victim.id, name: victim.name },
  fromUserId: victim.id,
  fromUserName: victim.name,
  userId: victim.id,
  userName: victim.name,
  actor: victim.id,
  sender: victim.id,
});
const forgedHeader = () => ({
  [IDENTITY_HEADER]: encodeIdentity({
    userId: victim.id,
    sessionId: victim.session,
    expiresAtMs: Date.now() + 60_000,
    kind: "user",
  }),
});

it("[P5] REST: a sender in the body or in a header is not believed", async () => {
  const options = { token: mallory.token, body: { body: "mine", ...claims() }, headers: forgedHeader() };
  const { status } = await request(server.url, "POST", `${roomPath("1")}/messages`, options);
  expect([201, 400]).toContain(status);
  const plain = { token: mallory.token, body: { body: "mine" }, headers: forgedHeader() };
  expect((await request(server.url, "POST", `${roomPath("1")}/messages`, plain)).status).toBe(201);
  await expectSenders("1");
});

it("[P5] REST: a forged identity header without a token is a stranger's", async () => {
  const options = { body: { body: "mine" }, headers: forgedHeader() };
  expect((await request(server.url, "POST", `${roomPath("1")}/messages`, options)).status).toBe(401);
});

it("[P5] native socket: a sender in a frame is not believed", async () => {
  const { socket, welcome } = await NativeSocket.join(server.url, mallory.token, "2");
  expect(welcome.you).toMatchObject({ id: mallory.id, name: mallory.name });
  socket.send({ ...claims(), type: "hello", you: claims().from }, { ...claims(), type: "send", id: "a", body: "mine" });
  await socket.next("ok");
  await expectSenders("2");
});

it("[P5] gochat: a sender in a packet is not believed, in rooms and in pushes", async () => {
  const gochat = await GochatSocket.open(server.url);
  gochat.sendText(JSON.stringify({ ...claims(), authToken: mallory.token, roomId: 3 }));
  expect((await gochat.next(5)).roomUserInfo).toEqual({ [mallory.id]: mallory.name });
  const packet = { ...claims(), authToken: mallory.token, msg: "mine", roomId: 3, toUserId: String(mallory.id) };
  expect(await post(server.url, "/push/pushRoom", packet)).toMatchObject({ code: 0 });
  expect(await gochat.next(3)).toMatchObject({ fromUserId: mallory.id, fromUserName: mallory.name });
  expect(await post(server.url, "/push/push", packet)).toMatchObject({ code: 0 });
  expect(await gochat.next(2)).toMatchObject({ fromUserId: mallory.id, fromUserName: mallory.name });
  await expectSenders("3");
});

async function expectSenders(room: string): Promise<void> {
  const log = await readLog(server.url, victim.token, room);
  expect(log.length).toBeGreaterThan(0);
  for (const { from } of log) expect(from).toEqual({ id: mallory.id, name: mallory.name });
}
