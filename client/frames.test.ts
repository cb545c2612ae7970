import fc from "fast-check";
import { expect, it } from "vitest";
import { limits } from "../contracts/limits.ts";
import { parseClientFrames } from "../contracts/native.ts";
import { encodeClientFrames, parseServerFrames } from "./frames.ts";

const frame = fc.record({
  type: fc.constant("send" as const),
  id: fc.uuid(),
  body: fc.string({ unit: "binary", maxLength: 5_000 }),
});

it("[CL10] what is encoded is what the room reads, within its limits", () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 60 }), (frames) => {
      const texts = encodeClientFrames(frames);
      for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limits.FRAME_BYTES_MAX);
      expect(texts.flatMap((text) => (parseClientFrames(text).ok ? JSON.parse(text) : []))).toEqual(frames);
    }),
  );
});

it("[CL10] any text is read or refused, never thrown at", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const frames = parseServerFrames(text);
      const told = frames.ok ? frames.value.map(({ type }) => typeof type) : [frames.failure];
      expect(["string", "badRequest"]).toEqual(expect.arrayContaining(told));
    }),
  );
});

it("[CL10] more frames than the room takes at once leave in several texts", () => {
  const texts = encodeClientFrames(Array.from({ length: 1_100 }, (_, seq) => ({ type: "ack" as const, seq })));
  expect(texts.map((text) => JSON.parse(text).length)).toEqual([512, 512, 76]);
});
