import { describe, expect, it } from "vitest";
import type { Observation, Watched } from "../model/observation.ts";
import { readStepPlan } from "../model/steps.ts";
import { FakeRoom } from "./fake-room.ts";
import { judge, parseObservations } from "./judge.ts";

const PLAN = readStepPlan({ K6_VUS: "2", K6_DURATION: "10s" });
const BEGAN: Observation = { type: "began", atMs: 1_000 };
const saw = (seen: Watched["seen"], more: Partial<Watched> = {}): Watched => ({
  ...{ type: "watched", step: 1, channel: "r1", subscriber: "s", fromMs: 1_000, toMs: 20_000, seen },
  ...{ delivered: 0, duplicated: 0, reordered: 0, late: {}, blocks: [], arrived: 0, latency: [] },
  ...more,
});
const SEATED: Observation = { type: "seated", step: 1, subscriber: "s2" };
const sent = (rows: [number, number, number, number][], channel = "r1", publisher = "p"): Observation => ({
  ...{ type: "published", step: 1, channel, publisher, rows },
});
const judged = (...observations: Observation[]) => judge([BEGAN, ...observations], PLAN).get(1);

describe("what a subscriber is owed", () => {
  it("[LC1] what was sent before its seat, acknowledged late or not at all is owed to nobody", () => {
    const rows: [number, number, number, number][] = [
      [1, 999, 1_100, 0],
      [2, 1_000, 1_100, 0],
      [3, 1_500, 0, 0],
      [4, 17_000, 18_000, 0],
      [5, 17_001, 18_001, 0],
    ];
    expect(judged(sent(rows), saw({}))?.delivery).toMatchObject({ sent: 5, acked: 4, owed: 2, lost: 2 });
  });

  it("[LC1] a clock that was set back between two messages changes nothing", () => {
    expect(judged(sent([[1, 5_000, 5_001, 0]]), sent([[2, 2_000, 2_001, 0]]), saw({}))?.delivery?.lost).toBe(2);
  });

  it("[LC2] parts of a publisher's report add up", () => {
    const parts = [sent([[2, 2_000, 2_001, 0]]), sent([[1, 1_500, 1_501, 0]])];
    expect(judged(...parts, saw({ p: [1, 2] }, { delivered: 2 }))).toMatchObject({
      delivery: { sent: 2, delivered: 2, lost: 0 },
      failures: [],
    });
  });

  it("[LC6] publishers without a subscriber lose nothing", () => {
    expect(judged(sent([[1, 1_500, 1_600, 0]]))?.delivery).toMatchObject({ subscribers: 0, delivered: 0, lost: 0 });
  });
});

describe("order", () => {
  it("[LC4] an acknowledgement's seq below that of an earlier message is a reorder", () => {
    expect(
      judged(
        sent([
          [1, 1_500, 1_600, 9],
          [2, 1_700, 1_800, 8],
        ]),
      )?.delivery?.reordered,
    ).toBe(1);
  });

  it("[LC4] two messages of one channel with one seq are a reorder and a failure", () => {
    const two = [sent([[1, 1_500, 1_600, 9]]), sent([[1, 1_700, 1_800, 9]], "r1", "q")];
    expect(judged(...two)).toMatchObject({
      delivery: { reordered: 1 },
      failures: ["1 messages of channel r1 have another one's seq"],
    });
  });

  it("[LC5] the subscriber whose order is not that of most others is counted", () => {
    const lines = [7, 7, 8].map((order, i) => saw({}, { subscriber: `s${i}`, blocks: [["p/1", 5, 1, order]] }));
    expect(judged(...lines)?.delivery).toMatchObject({ reordered: 1, comparedBlocks: 1 });
    expect(judged(...lines.slice(0, 1))?.delivery).toMatchObject({ reordered: 0, comparedBlocks: 0 });
  });

  it("[LC3] what came behind a later message counts when it was acknowledged: else no place was promised to it", () => {
    const rows: [number, number, number, number][] = [
      [1, 1_500, 0, 0],
      [2, 1_600, 1_700, 0],
      [3, 1_800, 1_900, 0],
    ];
    const came = (late: number) => saw({ p: [1, 3] }, { late: { p: [late] } });
    expect(judged(sent(rows), came(1))?.delivery?.reordered).toBe(0);
    expect(judged(sent(rows), came(2))?.delivery?.reordered).toBe(1);
  });

  it("[LC5] messages to one user have no order between senders", () => {
    const lines = [7, 8].map((order) => saw({}, { channel: "u17", blocks: [["p/1", 5, 1, order]] }));
    expect(judged(...lines)?.delivery?.reordered).toBe(0);
  });

  it("[LC5] without a seq another order for one subscriber is found, whoever sent", () => {
    const room = new FakeRoom(true);
    for (const subscriber of ["s1", "s2", "s3"]) room.join(subscriber);
    for (let i = 0; i < 500; i++) room.send(`p${i % 7}`, i % 10 === 0 ? { s3: "hold" } : {});
    const delivery = judge(room.end(), PLAN).get(1)?.delivery;
    expect(delivery).toMatchObject({ lost: 0, duplicated: 0 });
    expect(delivery?.reordered ?? 0).toBeGreaterThan(0);
  });
});

describe("what cannot be judged", () => {
  it("[LC6] what a publisher without a report sent is unknown, and that is a failure", () => {
    expect(judged(saw({ ghost: [1, 3] }))?.failures).toEqual(["what ghost sent is unknown"]);
    expect(judged(sent([[1, 1_500, 1_600, 0]]), saw({ p: [1, 2] }))?.failures).toEqual(["what p sent is unknown"]);
  });

  it("[LC6] in a run that somebody ended not everybody could report", () => {
    const all: Observation[] = [BEGAN, SEATED, saw({ ghost: [1, 3] }, { toMs: 5_000 })];
    expect(judge(all, PLAN, { isBrokenOff: true }).get(1)?.failures).toEqual([]);
  });

  it("[LC15] a subscriber who took a seat and did not report is a failure", () => {
    expect(judged(SEATED, saw({}))?.failures).toEqual([
      "1 subscribers took a seat and did not report: k6 interrupted them",
    ]);
    expect(judged(SEATED, saw({}, { subscriber: "s2" }))?.failures).toEqual([]);
  });

  it("[LC6] a script that does not say when it began cannot be measured", () => {
    expect(judge([saw({})], PLAN).get(1)?.failures).toEqual(["the script did not say when it began"]);
  });

  it("[LC6] two publishers of one name are a failure", () => {
    const twice = [sent([[1, 1_500, 1_600, 0]]), sent([[1, 1_700, 1_800, 0]])];
    expect(judged(...twice)?.failures).toEqual(["p numbered messages of channel r1 twice"]);
  });

  it("[LC6] an observation of a step that the plan has not is refused", () => {
    expect(() => judged(saw({}, { step: 2 }))).toThrow("step 2");
  });

  it("[LC7] lines that are no observations, or only begin as one, are passed over", () => {
    const lines = ["", "running", "null", "[]", '{"type":"x"}', '{"type":"beg', '{"type":"began","atMs":1}'];
    expect([...parseObservations(lines)]).toEqual([{ type: "began", atMs: 1 }]);
  });
});

describe("times", () => {
  it("[LC8] rates and acknowledgement times are those of the steady phase", () => {
    const rows: [number, number, number, number][] = [
      [1, 900, 990, 0],
      [2, 2_000, 2_100, 0],
      [3, 10_900, 11_100, 0],
    ];
    const delivery = judged(sent(rows), saw({ p: [1, 3] }, { arrived: 50, latency: [0, 60] }))?.delivery;
    expect(delivery).toMatchObject({ acked: 3, ackedPerSecond: 0.1, deliveriesPerSecond: 5, p99: 1 });
    expect(delivery?.ackP99 ?? 0).toBeGreaterThanOrEqual(200);
  });

  it("[LC8] the longest silence counts from and to the moments that are asked for", () => {
    const step = judged(
      sent([
        [1, 1_500, 2_000, 0],
        [2, 1_500, 0, 0],
        [3, 1_600, 6_000, 0],
      ]),
    );
    expect(step?.longestSilence(1_000, 7_000)).toBe(4_000);
    expect(step?.longestSilence(0, 2_500)).toBe(2_000);
    expect(step?.longestSilence(6_000, 20_000)).toBe(14_000);
    expect([step?.hasAckAfter(5_999), step?.hasAckAfter(6_000)]).toEqual([true, false]);
  });

  it("[LC9] of a scenario's measures the greatest counts, and its failures are the step's", () => {
    const extra = { type: "extra", step: 1, name: "n", unit: "ms" } as const;
    const step = judged({ ...extra, value: 7, failure: "a hole" }, { ...extra, value: 3, failure: "a hole" });
    expect(step).toMatchObject({ extra: [{ name: "n", unit: "ms", value: 7 }], failures: ["a hole"], delivery: null });
  });
});
