import { Buffer } from "node:buffer";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { limits } from "./limits.ts";
import { encodeFrames, FrameError, FrameReader, TCP_BODY_BYTES_MAX, TCP_PING } from "./tcp.ts";

/** Feeds the stream cut at these places and answers the bodies as text, and why it was refused. */
function read(stream: Uint8Array, cuts: readonly number[]): { bodies: string[]; refused: string | null } {
  const reader = new FrameReader();
  const bodies: string[] = [];
  const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  try {
    for (const [i, end] of edges.slice(1).entries()) {
      reader.feed(Uint8Array.from(stream.subarray(edges[i], end)), (body) => bodies.push(Buffer.from(body).toString()));
    }
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    return { bodies, refused: error.message };
  }
  return { bodies, refused: null };
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });
const body = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: TCP_BODY_BYTES_MAX - 2, max: TCP_BODY_BYTES_MAX }).map((n) => "x".repeat(n)),
  },
);

describe("gochat's TCP frames", () => {
  test.prop([fc.array(body, { maxLength: 8 }), cuts])(
    "[TC1] whatever the split, bodies come out whole",
    (texts, at) => {
      const bodies = texts.map((text) => text.toWellFormed());
      expect(read(encodeFrames(bodies), at)).toEqual({ bodies, refused: null });
    },
  );

  it("[TC1] a stream is the same at every split in two, and byte by byte", () => {
    const bodies = ["", "a", TCP_PING, '{"op":3,"msg":"äöü😀"}', "x".repeat(300)];
    const stream = encodeFrames(bodies);
    for (let at = 0; at <= stream.length; at += 1) expect(read(stream, [at])).toEqual({ bodies, refused: null });
    expect(read(stream, [...stream.keys()])).toEqual({ bodies, refused: null });
  });

  it("[TC1] every length there is, on both sides of every size of its length's bytes", () => {
    for (const bytes of [0, 1, 123, 124, 251, 252, 253, 32_762, TCP_BODY_BYTES_MAX]) {
      const frame = encodeFrames(["y".repeat(bytes)]);
      expect(frame.subarray(0, 4)).toEqual(Buffer.from([0x76, 0x31, (bytes + 4) >> 8, (bytes + 4) & 255]));
      expect(read(frame, [3, 5])).toEqual({ bodies: ["y".repeat(bytes)], refused: null });
    }
  });

  it("[TC2] the longest frame byte by byte moves each byte a few times, and keeps twice of it at most", () => {
    const stream = encodeFrames(["z".repeat(TCP_BODY_BYTES_MAX)]);
    const reader = new FrameReader();
    let moved = 0;
    const copy = Buffer.prototype.copy;
    Buffer.prototype.copy = function count(...args: Parameters<typeof copy>) {
      const bytes = copy.apply(this, args);
      moved += bytes;
      return bytes;
    };
    try {
      for (const byte of stream) reader.feed(Uint8Array.of(byte), () => {});
    } finally {
      Buffer.prototype.copy = copy;
    }
    expect(moved).toBeLessThan(4 * limits.TCP_FRAME_BYTES_MAX);
  });

  test.prop([fc.array(body, { maxLength: 3 }), fc.uint8Array({ minLength: 1, maxLength: 40 }), cuts])(
    "[TC3] garbage behind frames is refused the same at every split, and the frames before it count",
    (texts, garbage, at) => {
      const bodies = texts.map((text) => text.toWellFormed());
      const stream = Buffer.concat([encodeFrames(bodies), garbage]);
      const whole = read(stream, []);
      expect(whole.bodies.slice(0, bodies.length)).toEqual(bodies);
      expect(read(stream, at)).toEqual(whole);
    },
  );

  it.each([
    ["the first wrong byte", [0x47]],
    ["the second wrong byte", [0x76, 0x32]],
    ["a length of 0", [0x76, 0x31, 0, 0]],
    ["a length shorter than the header", [0x76, 0x31, 0, 3]],
    ["gochat's killer 0xFFFF", [0x76, 0x31, 0xff, 0xff]],
    ["the most negative length", [0x76, 0x31, 0x80, 0]],
  ])("[TC3] %s is refused at once", (_, bytes) => {
    expect(read(Uint8Array.from(bytes), []).refused).toMatch(/version|header/);
  });

  it("[TC4] a body that is too long for a frame is refused when it is written", () => {
    expect(() => encodeFrames(["x".repeat(TCP_BODY_BYTES_MAX + 1)])).toThrow(FrameError);
    expect(() => encodeFrames(["€".repeat(TCP_BODY_BYTES_MAX / 3 + 1)])).toThrow(FrameError);
  });
});
