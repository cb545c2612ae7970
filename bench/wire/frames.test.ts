import { Buffer } from "node:buffer";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { encodeClientFrame, FrameReader, Opcode } from "./frames.ts";

/** What a server would send: the same frame without a mask. */
function fromServer(payload: string, opcode?: number): Buffer {
  const frame = encodeClientFrame(payload, opcode);
  const header = frame.length - Buffer.byteLength(payload) - 4;
  frame[1] = (frame[1] as number) & 0x7f;
  return Buffer.concat([frame.subarray(0, header), frame.subarray(header + 4)]);
}

const payload = fc.oneof(
  fc.string(),
  fc.integer({ min: 0, max: 70_000 }).map((length) => "x".repeat(length)),
);

test.prop([fc.array(payload, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 90_000 }), { maxLength: 20 })])(
  "[BE3] frames come out whole and in order, however the bytes were cut",
  (payloads, cuts) => {
    const seen: string[] = [];
    const reader = new FrameReader((_, bytes) => seen.push(bytes.toString()));
    let rest = Buffer.concat(payloads.map((text) => fromServer(text)));
    for (const cut of [...cuts, 1, 1, 1]) {
      reader.read(Buffer.from(rest.subarray(0, cut)));
      rest = rest.subarray(cut);
    }
    if (rest.length > 0) reader.read(rest);
    expect(seen).toEqual(payloads);
  },
);

it("[BE3] an opcode is kept, and a fragment is refused", () => {
  const seen: number[] = [];
  const reader = new FrameReader((opcode) => seen.push(opcode));
  reader.read(fromServer("bye", Opcode.close));
  expect(seen).toEqual([Opcode.close]);
  expect(() => reader.read(Buffer.from([0x01, 0x00]))).toThrow("fragmented");
});
