import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { encodeStamp } from "../model/stamp.ts";
import { readStepPlan } from "../model/steps.ts";
import { EventsReader } from "./native-frames.ts";
import { Outbox } from "./native-outbox.ts";
import { roomBase } from "./native-rooms.ts";
import { readNativeSettings } from "./native-settings.ts";
import { Pacer } from "./pacer.ts";
import { toPresenceTimes } from "./presence-times.ts";

it("[LN3] a frame of events is read without its bodies: a body that looks like a frame is none", () => {
  const reader = new EventsReader("r");
  const body = `${encodeStamp({ run: "r", step: 1, channel: "1", publisher: "p", number: 1, sentAtMs: 2 })}"seq":99`;
  const text = JSON.stringify([{ type: "events", after: 6, events: [{ seq: 7, kind: "message", body }] }]);
  expect(reader.read(text)).toMatchObject({ after: 6, last: 7, stamps: [{ number: 1, seq: 7 }] });
  expect(reader.read(text)).toBe(reader.read(text));
  expect(reader.read('[{"type":"events","after":3,"events":[]}]')).toEqual({ after: 3, last: 3, stamps: [] });
  expect(reader.read('[{"type":"ok","id":"a"}]')).toBeNull();
});

it("[LN4] sends that are repeated together keep within the frames of a room", () => {
  const outbox = new Outbox();
  for (let i = 0; i < 700; i++) outbox.put(String(i), "x");
  const frames = outbox.frames().map((text) => JSON.parse(text) as { id: string }[]);
  expect(frames.map((frame) => frame.length)).toEqual([
    limits.FRAMES_PER_MESSAGE_MAX,
    700 - limits.FRAMES_PER_MESSAGE_MAX,
  ]);
  expect(frames.flat().map(({ id }) => Number(id))).toEqual(Array.from({ length: 700 }, (_, i) => i));
});

it("[LN9] an open loop sends one message in each of its slots, and what a late timer missed at once", () => {
  const pacer = new Pacer(10, 1_000, () => 0.5);
  expect([pacer.takeDue(1_049), pacer.takeDue(1_050), pacer.takeDue(1_100)]).toEqual([0, 1, 0]);
  expect(pacer.nextAtMs).toBe(1_150);
  expect(pacer.takeDue(1_950)).toBe(9);
});

it("[LN10] runs have rooms of their own, with numbers that a room may have", () => {
  expect(roomBase("a")).not.toBe(roomBase("b"));
  expect(roomBase("a") % 1_000).toBe(0);
  expect(roomBase("z".repeat(40))).toBeLessThan(2 ** 31);
});

it("[LN11] a setting is the variable's, else the scenario's, else everybody's", () => {
  const settings = readNativeSettings({ LOADTEST_RATE: "2.5" }, { sockets: 50 });
  expect(settings).toMatchObject({ rate: 2.5, sockets: 50, roomSize: 10, history: 2_000 });
});

it.each([
  [{ LOADTEST_RATE: "0" }, 'LOADTEST_RATE must be a number above 0, got "0"'],
  [{ LOADTEST_SOCKETS: "some" }, 'LOADTEST_SOCKETS must be an integer of at least 1, got "some"'],
])("[LN11] a setting that is wrong is named: %j", (env, message) => {
  expect(() => readNativeSettings(env)).toThrow(message);
});

it("[LN12] around the end of a step everybody is in, then nobody, and then the next one begins", () => {
  const [one, two] = readStepPlan({ K6_START_VUS: "1", K6_END_VUS: "2", K6_STEP_VUS: "1" }).steps.map(toPresenceTimes);
  expect(one).toEqual({
    enterAtMs: 0,
    allInAtMs: 107_000,
    checkFullAtMs: 111_500,
    leaveAtMs: 113_000,
    checkEmptyAtMs: 116_000,
  });
  expect(two?.enterAtMs).toBe(117_500);
});
