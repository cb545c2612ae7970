import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { readStepPlan } from "../model/steps.ts";
import { FakeRoom, type Fate } from "./fake-room.ts";
import { judge } from "./judge.ts";

const PLAN = readStepPlan({ K6_VUS: "3", K6_DURATION: "1ms" });
const names = (prefix: string) => fc.constantFrom(`${prefix}1`, `${prefix}2`, `${prefix}3`);
const coming = fc.record({ type: fc.constant("join"), who: names("s") });
const going = fc.record({ type: fc.constant("leave"), who: names("s") });
const sending = fc.record({ type: fc.constant("send"), who: names("p") });
const told = fc.record({ type: fc.constant("unknown"), who: names("p") });
const faulty = fc.record({
  type: fc.constant("fault"),
  who: names("p"),
  whom: names("s"),
  fate: fc.constantFrom<Fate>("drop", "double", "hold"),
});
const story = (...steps: fc.Arbitrary<Step>[]) => fc.array(fc.oneof(...steps), { maxLength: 200 });

type Step = { readonly type: string; readonly who: string; readonly whom?: string; readonly fate?: Fate };

/** Plays a story; answers what the judge found and how many faults met a subscriber that was there. */
function play(steps: readonly Step[], isGochat: boolean) {
  const room = new FakeRoom(isGochat);
  const faults = { drop: 0, double: 0, hold: 0 };
  for (const { type, who, whom = "", fate } of steps) {
    const isMet = room.present.includes(whom) && fate !== undefined;
    if (isMet) faults[fate]++;
    if (type === "join" && !room.present.includes(who)) room.join(who);
    if (type === "leave") room.leave(who);
    if (type === "unknown") room.sendUnknown(who, room.present.slice(1));
    if (type === "send" || type === "fault") room.send(who, isMet ? { [whom]: fate } : {});
  }
  const found = judge(room.end(), PLAN).get(1);
  return { faults, found, delivery: found?.delivery ?? { lost: 0, duplicated: 0, reordered: 0 } };
}

describe("stories of publishers and subscribers", () => {
  test.prop([story(coming, going, sending, sending, told), fc.boolean()])(
    "[LC1] a right server loses, doubles and reorders nothing, whoever comes and goes",
    (steps, isGochat) => {
      const { delivery, found } = play(steps, isGochat);
      expect(delivery).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
      expect(found?.failures).toEqual([]);
    },
  );

  const dropOrDouble = faulty.filter(({ fate }) => fate !== "hold");
  test.prop([story(coming, going, sending, dropOrDouble, dropOrDouble), fc.boolean()])(
    "[LC2] every delivery that was dropped is one lost, every one that came again one duplicated",
    (steps, isGochat) => {
      const { delivery, faults } = play(steps, isGochat);
      expect(delivery).toMatchObject({ lost: faults.drop, duplicated: faults.double, reordered: 0 });
    },
  );

  test.prop([story(coming, sending, faulty)])(
    "[LC3] with a seq every swap of two messages is seen, and no swap is a loss",
    (steps) => {
      const swaps = steps.filter(({ fate }) => fate !== "drop" && fate !== "double");
      const { delivery, faults } = play(swaps, false);
      expect(delivery).toMatchObject({ lost: 0, duplicated: 0 });
      expect(delivery.reordered).toBeLessThanOrEqual(faults.hold);
      if (faults.hold === 0) expect(delivery.reordered).toBe(0);
    },
  );
});
