import { expect, it } from "vitest";
import { EdgeClock } from "./edge-clock.ts";
import { createFakeOrigin } from "./fake-origin.ts";
import { RecordingRider } from "./recording-rider.ts";

it("[UC11] the edge's clock is never taken for later than it is, and is early by the shortest way alone", () => {
  const clock = new EdgeClock();
  const edgeMs = (ownMs: number) => ownMs + 5_000;
  expect(clock.at(1)).toBeUndefined();
  for (const [sentMs, wayMs] of [
    [10, 40],
    [100, 3],
    [200, 90],
  ] as const) {
    clock.heard(edgeMs(sentMs), sentMs + wayMs);
  }
  expect(clock.at(300)).toBe(edgeMs(300) - 3);
  clock.forget();
  expect(clock.at(300)).toBeUndefined();
});

it("[UC11] a seat tells when it was asked for, and its answer where it begins; one that is taken again tells nothing", async () => {
  const { edge, platform } = createFakeOrigin();
  const seat = edge.seat({ token: "t", room: "1", askedMsAgo: 0 }, new RecordingRider());
  platform.pass(100);
  const welcome = { type: "welcome", carrier: "origin:r1", window: 1_000, atMs: 7_000 } as const;
  platform.socket.open();
  platform.socket.say(welcome);
  await platform.turn();
  expect(platform.socket.taken()).toMatchObject([{ type: "seat", connection: "1", sinceMs: 6_900 }]);
  const person = { id: 1, name: "ann" };
  const seated = { type: "seated", connection: "1", room: "1", epoch: "e", seq: 9, person } as const;
  platform.socket.say({ ...seated, after: 7 });
  expect(await seat).toMatchObject({ ok: true, value: { seq: 9, after: 7 } });
  platform.socket.end(1006);
  platform.pass(250);
  platform.socket.open();
  platform.socket.say(welcome);
  await platform.turn();
  expect(platform.socket.taken()).toEqual([{ type: "seat", connection: "1", token: "t", room: "1" }]);
});

it("[UC11] a seat without such a time, or before the edge's clock was heard, tells none", async () => {
  const { edge, platform } = createFakeOrigin();
  platform.socket.welcome();
  void edge.seat({ token: "t", room: "1" }, new RecordingRider());
  void edge.seat({ token: "t", room: "1", askedMsAgo: 0 }, new RecordingRider());
  await platform.turn();
  const asked = (connection: string) => ({ type: "seat", connection, token: "t", room: "1" });
  expect(platform.socket.taken()).toEqual([asked("1"), asked("2")]);
});
