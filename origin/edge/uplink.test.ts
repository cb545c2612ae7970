import { expect, it } from "vitest";
import { PING, PING_MS } from "../../contracts/native.ts";
import { createFakeOrigin, createUpOrigin } from "./fake-origin.ts";
import { RecordingRider } from "./recording-rider.ts";

it("[UC1] an uplink names its replica, brings the origin's token as a header, and stands with the welcome", () => {
  const { edge, platform } = createFakeOrigin();
  expect(platform.socket.url).toBe("wss://edge.example/api/v1/uplink?replica=r1");
  expect(platform.socket.token).toBe("origin-token");
  platform.socket.open();
  expect(edge.isUp).toBe(false);
  platform.socket.say({ type: "welcome", carrier: "origin:r1", window: 1_000 });
  expect([edge.isUp, edge.downSinceMs]).toEqual([true, null]);
});

it("[UC1] who listens hears each change, and nothing after it stopped listening", () => {
  const { edge, platform } = createFakeOrigin();
  const heard: boolean[] = [];
  const stop = edge.onChange(() => heard.push(edge.isUp));
  platform.socket.welcome();
  platform.pass(1_000);
  platform.socket.end(1006);
  expect([heard, edge.downSinceMs]).toEqual([[true, false], 1_000]);
  stop();
  platform.pass(250);
  platform.socket.welcome();
  expect(heard).toHaveLength(2);
});

it("[UC1] it dials again with full jitter below a bound that doubles up to 3 s, and from the start after a welcome", () => {
  const { platform } = createFakeOrigin();
  platform.chance = 0.999_999;
  for (const boundMs of [250, 500, 1_000, 2_000, 3_000, 3_000]) {
    const dialled = platform.sockets.length;
    platform.socket.end(1006);
    platform.pass(boundMs * 0.99);
    expect(platform.sockets).toHaveLength(dialled);
    platform.pass(boundMs * 0.01);
    expect(platform.sockets).toHaveLength(dialled + 1);
  }
  platform.socket.welcome();
  const dialled = platform.sockets.length;
  platform.socket.end(1006);
  platform.pass(250);
  expect(platform.sockets).toHaveLength(dialled + 1);
});

it("[UC1] a close code from 4500 on ends it for good: riders end, seats are refused, nothing is dialled", async () => {
  const { edge, platform } = createUpOrigin();
  const rider = new RecordingRider();
  void edge.seat({ token: "t", room: "1" }, rider);
  platform.socket.say({
    type: "seated",
    connection: "1",
    room: "1",
    epoch: "e",
    seq: 0,
    person: { id: 1, name: "ann" },
  });
  platform.socket.end(4501, "Session error");
  platform.pass(60_000);
  expect(platform.sockets).toHaveLength(1);
  expect(rider.refusal).toMatchObject({ failure: "session" });
  expect(await edge.over).toMatchObject({ failure: "session", message: "Session error" });
  expect(await edge.seat({ token: "t", room: "1" }, rider)).toMatchObject({ ok: false });
});

it("[UC1] close() says goodbye, ends what sits and dials no more", async () => {
  const { edge, platform } = createUpOrigin();
  const rider = new RecordingRider();
  const seat = edge.seat({ token: "t", room: "1" }, rider);
  edge.close();
  edge.close();
  platform.pass(60_000);
  expect([platform.sockets.length, platform.socket.ended, edge.isUp]).toEqual([1, "closed", false]);
  expect(await seat).toMatchObject({ failure: "unavailable" });
});

it("[UC2] a ping leaves every 25 s, and ten seconds of silence after it end the uplink", () => {
  const { edge, platform } = createUpOrigin();
  const [first] = platform.sockets;
  platform.pass(PING_MS);
  expect(first?.texts).toEqual([PING]);
  first?.hear("pong");
  platform.pass(PING_MS);
  expect(first?.texts).toEqual([PING, PING]);
  platform.pass(10_000);
  expect([first?.ended, edge.isUp, platform.sockets.length]).toEqual(["dropped", false, 2]);
  first?.welcome();
  expect(edge.isUp).toBe(false);
});

it("[UC2] an uplink without a welcome within 15 s is given up and dialled again", () => {
  const { platform } = createFakeOrigin();
  platform.socket.open();
  platform.pass(15_000);
  expect([platform.sockets[0]?.ended, platform.sockets.length]).toEqual(["dropped", 2]);
});

it.each(["[", "[1]", '[{"no":"type"}]'])("[UC2] a frame that is none of the protocol ends the uplink: %s", (text) => {
  const { edge, platform } = createUpOrigin();
  platform.socket.hear(text);
  expect([platform.sockets[0]?.ended, edge.isUp]).toEqual(["dropped", false]);
});

it("[UC2] frames of types that this replica does not know change nothing", () => {
  const { edge, platform } = createUpOrigin();
  platform.socket.hear('[{"type":"tomorrow"}]');
  expect(edge.isUp).toBe(true);
});
