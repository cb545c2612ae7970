import { expect, it } from "vitest";
import type { ServerFrame } from "../contracts/native.ts";
import { connectRoom, type RoomOptions } from "./connect-room.ts";
import type { Notice } from "./effect.ts";
import { FakePlatform } from "./fake-platform.ts";

const welcome: ServerFrame = {
  type: "welcome",
  room: "a b",
  epoch: "e1",
  seq: 7,
  you: { id: 1, name: "ann", session: "s", read: 0, unread: 0 },
  presence: { count: 1, users: [] },
  window: 1_000,
};

function join(options: Partial<RoomOptions> = {}) {
  const platform = new FakePlatform();
  const notices: Notice[] = [];
  const onNotice = (notice: Notice) => notices.push(notice);
  const room = connectRoom({ url: "http://h:1/", room: "a b", token: "t", platform, onNotice, ...options });
  return { platform, notices, room };
}

it("[CL9] the token travels in the subprotocol and the room in the path", () => {
  const { platform } = join();
  expect(platform.socket.url).toBe("ws://h:1/api/v1/rooms/a%20b/socket");
  expect(platform.socket.protocols).toEqual(["edgechat.v1", "token.t"]);
});

it("[CL2] [CL3] a cut connection is dialled again, resumed, and its unanswered send repeated", async () => {
  const { platform, room } = join();
  platform.socket.open();
  platform.socket.say(welcome);
  const answer = room.send("hello", { id: "a" });
  platform.socket.end(1006);
  platform.pass(125);
  expect(platform.sockets).toHaveLength(2);
  platform.socket.open();
  platform.socket.say(welcome, { type: "resumed", from: 8, to: 7 });
  expect(platform.socket.sent).toEqual([
    '[{"type":"hello","resume":{"epoch":"e1","seq":7}}]',
    '[{"type":"send","id":"a","body":"hello"}]',
  ]);
  platform.socket.say({ type: "ok", id: "a", seq: 8, at: 1, duplicate: true });
  await expect(answer).resolves.toEqual({ seq: 8, at: 1, duplicate: true });
});

it("[CL6] a forbidding close code ends it: no further dialling, every send rejected with the failure", async () => {
  let over = "";
  const { platform, room } = join({ onOver: ({ failure }) => (over = failure) });
  platform.socket.open();
  platform.socket.say(welcome);
  const answer = room.send("hello");
  platform.socket.end(4501);
  await expect(answer).rejects.toMatchObject({ failure: "session" });
  platform.pass(600_000);
  expect(over).toBe("session");
  expect(platform.sockets).toHaveLength(1);
  await expect(room.send("late")).rejects.toMatchObject({ failure: "closed" });
});

it("[CL7] a silent connection is pinged after 25 s and left 10 s later", () => {
  const { platform } = join();
  const { socket } = platform;
  socket.open();
  socket.say(welcome);
  platform.pass(25_000);
  expect(socket.sent.at(-1)).toBe("ping");
  platform.pass(10_000);
  expect(socket.closedWith).toBe(1000);
  platform.pass(250);
  expect(platform.sockets).toHaveLength(2);
});

it("[CL8] attempts that fail wait longer each time, up to the cap", () => {
  const { platform } = join({ backOff: { baseMs: 100, capMs: 400 } });
  const waits = [50, 100, 200, 200, 200];
  waits.forEach((waitMs, i) => {
    platform.socket.end(1006);
    platform.pass(waitMs - 1);
    expect(platform.sockets).toHaveLength(i + 1);
    platform.pass(1);
    expect(platform.sockets).toHaveLength(i + 2);
  });
});

it("[CL8] a room that asks to reconnect names the time to spread it over", () => {
  const { platform } = join();
  platform.socket.open();
  platform.socket.say(welcome, { type: "reconnect", afterMs: 9_000 });
  platform.pass(4_499);
  expect(platform.sockets).toHaveLength(1);
  platform.pass(1);
  expect(platform.sockets).toHaveLength(2);
});

it("[CL9] close() leaves, and what waits for an answer is told", async () => {
  const { platform, room } = join();
  platform.socket.open();
  platform.socket.say(welcome);
  const page = room.history({ before: 8, limit: 5 });
  room.close();
  expect(platform.socket.closedWith).toBe(1000);
  await expect(page).rejects.toMatchObject({ failure: "closed" });
  platform.pass(600_000);
  expect(platform.sockets).toHaveLength(1);
});
