import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { limits } from "./limits.ts";
import { parseClientFrames } from "./native.ts";

const anything = fc.oneof(fc.json(), fc.string(), fc.string({ unit: "binary" }));
const frameLike = fc.record(
  {
    type: fc.constantFrom("hello", "send", "ack", "read", "typing", "history", "edit", "delete", "react", "x"),
    id: fc.anything(),
    body: fc.anything(),
    seq: fc.anything(),
    req: fc.anything(),
    before: fc.anything(),
    after: fc.anything(),
    limit: fc.anything(),
    replyTo: fc.anything(),
    emoji: fc.anything(),
    on: fc.anything(),
    resume: fc.anything(),
  },
  { requiredKeys: ["type"] },
);

describe("client frames", () => {
  test.prop([anything])("[NW4] no text makes the parser throw", (text) => {
    const parsed = parseClientFrames(text);
    if (!parsed.ok) expect(["badRequest", "tooLarge"]).toContain(parsed.failure);
  });

  test.prop([fc.array(frameLike)])("[NW4] every frame of an array is read or refused with a reason", (frames) => {
    const text = JSON.stringify(frames);
    const parsed = parseClientFrames(text);
    if (!parsed.ok) throw new Error(parsed.message);
    expect(parsed.value).toHaveLength(frames.length);
    for (const frame of parsed.value) {
      if (frame.type === "bad") expect(frame.refusal.message).not.toBe("");
      if (frame.type === "ack" || frame.type === "read") expect(Number.isSafeInteger(frame.seq)).toBe(true);
      if (frame.type === "history") expect(frame.query.limit).toBeLessThanOrEqual(limits.PAGE_MAX);
    }
  });

  test.prop([fc.string({ minLength: 1, maxLength: limits.CLIENT_ID_CHARS_MAX }), fc.string()])(
    "[NW1] a send comes out as it went in",
    (id, body) => {
      const parsed = parseClientFrames(JSON.stringify({ type: "send", id, body }));
      expect(parsed).toEqual({ ok: true, value: [{ type: "send", id, body }] });
    },
  );

  it.each([
    { type: "edit", id: "a", seq: 1, body: "b" },
    { type: "delete", id: "a", seq: 1 },
    { type: "react", id: "a", seq: 1, emoji: "👍", on: false },
  ])("[ED1] a change comes out as it went in: %j", (frame) => {
    expect(parseClientFrames(JSON.stringify({ ...frame, from: 7 }))).toEqual({ ok: true, value: [frame] });
  });

  it.each([
    { type: "delete", id: "", seq: 1 },
    { type: "delete", id: "a", seq: 0 },
    { type: "delete", id: "a" },
    { type: "edit", id: "a", seq: 1 },
    { type: "edit", id: "a", seq: 1.5, body: "b" },
    { type: "react", id: "a", seq: 1, emoji: "👍" },
    { type: "react", id: "a", seq: 1, emoji: "two", on: true },
    { type: "react", id: "a", seq: 1, on: true },
  ])("[NW4] a change that is not whole is refused, with its id when it has one: %j", (frame) => {
    const id = frame.id === "" ? {} : { id: "a" };
    expect(parseClientFrames(JSON.stringify(frame))).toMatchObject({ value: [{ type: "bad", ...id }] });
  });

  it.each([
    [{ type: "ack", seq: -1 }],
    [{ type: "ack", seq: 1.5 }],
    [{ type: "ack", seq: 2 ** 53 }],
    [{ type: "ack", seq: "1" }],
    [{ type: "send", id: "x".repeat(limits.CLIENT_ID_CHARS_MAX + 1), body: "a" }],
    [{ type: "send", id: "\ud800", body: "a" }],
    [{ type: "send", id: "a", body: 1 }],
    [{ type: "send", id: "a", body: "b", replyTo: 0 }],
    [{ type: "hello", resume: { epoch: 1, seq: 1 } }],
    [{ type: "hello", resume: "x" }],
    [{ type: "history", req: {}, after: 0 }],
    [{ type: "history", req: 1 }],
    [{ type: "history", req: 1, after: 0, before: 1 }],
    [{ type: "history", req: 1, after: 0, limit: 0 }],
    [null],
    [[[]]],
    [7],
  ])("[NW4] %j is refused", (frame) => {
    const parsed = parseClientFrames(JSON.stringify([frame]));
    expect(parsed).toMatchObject({ ok: true, value: [{ type: "bad" }] });
  });

  it("[NW4] a refused frame keeps its id, so that the client can match it", () => {
    expect(parseClientFrames('{"type":"send","id":"7","body":1}')).toMatchObject({ value: [{ type: "bad", id: "7" }] });
  });

  it("[NW4] deep JSON is data like any other", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(parseClientFrames(deep)).toMatchObject({ ok: true, value: [{ type: "bad" }] });
  });

  it("[NW1] more frames than the limit in one array are refused as a whole", () => {
    const frames = Array.from({ length: limits.FRAMES_PER_MESSAGE_MAX + 1 }, () => ({ type: "typing" }));
    expect(parseClientFrames(JSON.stringify(frames))).toMatchObject({ ok: false, failure: "tooLarge" });
  });
});
