import { Buffer } from "node:buffer";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { Ledger, readBody, toBody } from "./ledger.ts";

const frameOf = (bodies: readonly string[]) => ({
  bytes: Buffer.from(bodies.join()),
  bodies,
  sentAtMs: new Float64Array(bodies.length),
});

/** A ledger whose order is that of the first reader. */
function ledgerOf(bodies: readonly string[], sent = bodies.length): Ledger {
  const ledger = new Ledger();
  for (let i = 0; i < sent; i++) ledger.noteSent();
  ledger.take(0, frameOf(bodies));
  return ledger;
}

const [a, b, c] = [toBody(0, 1, 0), toBody(0, 2, 0), toBody(1, 1, 0)];
const none = { lost: 0, duplicated: 0, reordered: 0 };

test.prop([fc.nat(5_000), fc.nat(1e9), fc.double({ min: 0, max: 1e9, noNaN: true })])(
  "[BE4] a message's text says who sent it, which one it is and when it was meant to leave",
  (publisher, number, sentAtMs) => {
    const read = readBody(toBody(publisher, number, sentAtMs));
    expect(read).toMatchObject({ publisher: String(publisher), number });
    expect(read.sentAtMs).toBeCloseTo(sentAtMs, 2);
  },
);

it("[BE4] the order itself is judged: what never came, came twice, or overtook an older one of its sender", () => {
  expect(ledgerOf([a, c, b]).judgeOrder()).toEqual(none);
  expect(ledgerOf([a, c], 3).judgeOrder()).toEqual({ ...none, lost: 1 });
  expect(ledgerOf([a, b, c, b], 3).judgeOrder()).toEqual({ ...none, duplicated: 1 });
  expect(ledgerOf([b, a, c]).judgeOrder()).toEqual({ ...none, reordered: 1 });
});

it("[BE4] a reader is judged by the order that the others got", () => {
  const ledger = ledgerOf([a, b, c]);
  expect(ledger.judgeReader(3, [])).toEqual(none);
  expect(ledger.judgeReader(1, [])).toEqual({ ...none, lost: 2 });
  expect(ledger.judgeReader(1, [c])).toEqual({ ...none, lost: 1 });
  expect(ledger.judgeReader(1, [a, b, c])).toEqual({ ...none, duplicated: 1 });
  expect(ledger.judgeReader(1, [c, b])).toEqual({ ...none, reordered: 1 });
});

it("[BE4] a frame counts as known only with the same bytes at the same place", () => {
  const ledger = ledgerOf([a, b]);
  expect(ledger.known(0, frameOf([a, b]).bytes)).not.toBeNull();
  expect(ledger.known(0, frameOf([a, c]).bytes)).toBeNull();
  expect(ledger.known(1, frameOf([a, b]).bytes)).toBeNull();
  expect(ledger.take(0, frameOf([a, c]))).toBe(false);
  expect(ledger.take(5, frameOf([c]))).toBe(false);
});
