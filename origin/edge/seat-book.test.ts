import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { PONG } from "../../contracts/native.ts";
import type { UplinkFrame } from "../../contracts/uplink.ts";
import { createFakeOrigin, createUpOrigin } from "./fake-origin.ts";
import type { FakeEdgePlatform } from "./fake-platform.ts";
import { RecordingRider } from "./recording-rider.ts";

const wish = { token: "t", room: "1" };
const seated = (connection: string, seq = 0, userId = 1): UplinkFrame => ({
  type: "seated",
  connection,
  room: "1",
  epoch: "e",
  seq,
  person: { id: userId, name: `user${userId}` },
});
const unseated = (connection: string, failure: "busy" | "session" | "forbidden" | "roomFull"): UplinkFrame => ({
  type: "unseated",
  connection,
  failure,
  message: "no",
});

async function comeBack(platform: FakeEdgePlatform): Promise<void> {
  platform.socket.end(1006);
  platform.pass(250);
  platform.socket.welcome();
  await platform.turn();
}

/** The edge answers every ping meanwhile. */
function passWithPongs(platform: FakeEdgePlatform, ms: number): void {
  for (let left = ms; left > 0; left -= 5_000) {
    platform.pass(Math.min(left, 5_000));
    platform.socket.hear(PONG);
  }
}

it("[UC6] a seat is asked for with its user's own token, and stands with the edge's answer", async () => {
  const { edge, platform } = createUpOrigin();
  const seat = edge.seat({ token: "user-token", room: "1" }, new RecordingRider());
  await platform.turn();
  expect(platform.socket.taken()).toEqual([{ type: "seat", connection: "1", token: "user-token", room: "1" }]);
  platform.socket.say(seated("1", 7));
  expect(await seat).toMatchObject({ ok: true, value: { epoch: "e", seq: 7, person: { id: 1 } } });
});

it("[UC6] a room has one name, however it is spelled; what is none is refused before the edge is asked", async () => {
  const { edge, platform } = createUpOrigin();
  void edge.seat({ token: "t", room: "cafe\u0301" }, new RecordingRider());
  expect(await edge.seat({ token: "t", room: "a/b" }, new RecordingRider())).toMatchObject({ failure: "badRequest" });
  await platform.turn();
  expect(platform.socket.taken()).toMatchObject([{ type: "seat", room: "caf\u00e9" }]);
});

it("[UC6] without an uplink a seat waits for one, and SERVICE_WAIT_MS_MAX at most", async () => {
  const { edge, platform } = createFakeOrigin();
  const seat = edge.seat(wish, new RecordingRider());
  platform.pass(limits.SERVICE_WAIT_MS_MAX);
  expect(await seat).toMatchObject({ failure: "unavailable" });
  platform.socket.welcome();
  await platform.turn();
  expect(platform.socket.taken()).toEqual([]);
});

it("[UC6] a seat that the edge was asked for waits SEAT_WAIT_MS_MAX for its answer, however long it waited before", async () => {
  const { edge, platform } = createFakeOrigin();
  const [early, late] = [edge.seat(wish, new RecordingRider()), edge.seat(wish, new RecordingRider())];
  platform.pass(limits.SERVICE_WAIT_MS_MAX - 1);
  platform.socket.welcome();
  await platform.turn();
  passWithPongs(platform, limits.SEAT_WAIT_MS_MAX - 1);
  platform.socket.say(seated("1"));
  expect(await early).toMatchObject({ ok: true });
  platform.pass(1);
  expect(await late).toMatchObject({ failure: "unavailable" });
  await platform.turn();
  expect(platform.socket.taken().at(-1)).toEqual({ type: "unseat", connection: "2" });
});

it("[UC6] a seat whose uplink broke before its answer waits for another like one that had none", async () => {
  const { edge, platform } = createUpOrigin();
  const seat = edge.seat(wish, new RecordingRider());
  platform.socket.end(1006);
  platform.pass(limits.SERVICE_WAIT_MS_MAX);
  expect(await seat).toMatchObject({ failure: "unavailable" });
});

it("[UC6] a refused seat is answered, and is asked for no more", async () => {
  const { edge, platform } = createUpOrigin();
  const rider = new RecordingRider();
  const seat = edge.seat(wish, rider);
  await platform.turn();
  platform.socket.say(unseated("1", "busy"));
  expect(await seat).toMatchObject({ failure: "busy", message: "no" });
  expect(rider.refusal).toBeNull();
  await comeBack(platform);
  expect(platform.socket.taken()).toEqual([]);
});

it("[UC6] every seat is taken again when the uplink is back, in one frame and before anything that is sent then", async () => {
  const { edge, platform } = createUpOrigin();
  for (let i = 1; i <= 3; i++) void edge.seat(wish, new RecordingRider());
  await platform.turn();
  platform.socket.say(seated("1"), seated("2"), seated("3"));
  edge.onChange(() => edge.isUp && void edge.send("t", "1", { body: "a" }));
  await comeBack(platform);
  expect(platform.socket.texts).toHaveLength(1);
  expect(platform.socket.taken().map(({ type }) => type)).toEqual(["seat", "seat", "seat", "send"]);
});

it("[UC6] a seat that is refused when it is taken again ends its rider, and a seat that stands can end too", async () => {
  const { edge, platform } = createUpOrigin();
  const [one, two] = [new RecordingRider(), new RecordingRider()];
  void edge.seat(wish, one);
  void edge.seat(wish, two);
  platform.socket.say(seated("1"), seated("2"));
  await comeBack(platform);
  platform.socket.say(unseated("1", "session"), seated("2"), unseated("2", "busy"));
  expect([one.refusal?.failure, two.refusal?.failure]).toEqual(["session", "busy"]);
  await comeBack(platform);
  expect(platform.socket.taken()).toEqual([]);
});

it("[UC6] a seat that the edge cannot give back yet is asked for again, with back-off; a full room ends it", async () => {
  const { edge, platform } = createUpOrigin();
  const rider = new RecordingRider();
  void edge.seat(wish, rider);
  platform.socket.say(seated("1"));
  await comeBack(platform);
  platform.chance = 0.5;
  platform.socket.taken();
  for (const waitMs of [125, 250, 500]) {
    platform.socket.say(unseated("1", "busy"));
    platform.pass(waitMs - 1);
    await platform.turn();
    expect(platform.socket.taken()).toEqual([]);
    platform.pass(1);
    await platform.turn();
    expect(platform.socket.taken()).toHaveLength(1);
  }
  platform.socket.say(unseated("1", "roomFull"));
  expect(rider.refusal?.failure).toBe("roomFull");
});

it("[UC6] who leaves gives the seat back once, is handed nothing more and does not come back", async () => {
  const { edge, platform } = createUpOrigin();
  const rider = new RecordingRider();
  const seat = edge.seat(wish, rider);
  await platform.turn();
  platform.socket.say(seated("1"));
  const reply = await seat;
  if (!reply.ok) throw new Error("no seat");
  platform.socket.taken();
  reply.value.leave();
  reply.value.leave();
  platform.socket.say(unseated("1", "busy"));
  await platform.turn();
  expect(platform.socket.taken()).toEqual([{ type: "unseat", connection: "1" }]);
  expect(rider.refusal).toBeNull();
  await comeBack(platform);
  expect(platform.socket.taken()).toEqual([]);
});

it("[UC6] one seat more than SEATS_PER_UPLINK_MAX is busy", async () => {
  const { edge } = createUpOrigin();
  for (let i = 0; i < limits.SEATS_PER_UPLINK_MAX; i++) void edge.seat(wish, new RecordingRider());
  expect(await edge.seat(wish, new RecordingRider())).toMatchObject({ failure: "busy" });
});

it("[UC7] a told frame reaches the room's riders or those of one user, and who it overtook; a direct message one user", () => {
  const { edge, platform } = createUpOrigin();
  const riders = [new RecordingRider(), new RecordingRider(), new RecordingRider()];
  for (const rider of riders) void edge.seat(wish, rider);
  platform.socket.say(seated("1", 0, 1), seated("2", 0, 2));
  const frame = { op: 4, count: 2 } as never;
  platform.socket.say({ type: "told", room: "1", frame }, { type: "told", room: "1", frame, onlyUserId: 3 });
  platform.socket.say({ type: "told", room: "2", frame }, seated("3", 0, 3));
  platform.socket.say({ type: "direct", userId: 2, messages: [] });
  expect(riders.map(({ frames, directs }) => [frames.length, directs])).toEqual([
    [1, 0],
    [1, 1],
    [2, 0],
  ]);
});
