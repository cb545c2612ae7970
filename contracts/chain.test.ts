import { expect, it } from "vitest";
import { chain } from "./chain.ts";
import type { RoomEvent } from "./event.ts";

const run = (...seqs: readonly number[]): readonly RoomEvent[] =>
  seqs.map((seq) => ({ seq, kind: "message", from: { id: 1, name: "ann" }, at: seq, messageNo: seq, body: `m${seq}` }));

it("[CL1] what comes next is taken, and overlap is dropped", () => {
  expect(chain(5, 5, run(6, 7))).toEqual({ type: "next", events: run(6, 7), seq: 7 });
  expect(chain(5, 3, run(4, 5, 6))).toEqual({ type: "next", events: run(6), seq: 6 });
});
it("[CL1] a run that has nothing new is old", () => {
  expect(chain(5, 3, run(4, 5))).toEqual({ type: "old" });
  expect(chain(5, 5, [])).toEqual({ type: "old" });
});
it("[CL2] a run behind a hole, or with one in it, is not taken", () => {
  expect(chain(5, 6, run(7))).toEqual({ type: "hole" });
  expect(chain(5, 5, run(7))).toEqual({ type: "hole" });
  expect(chain(5, 5, run(6, 8))).toEqual({ type: "hole" });
});
