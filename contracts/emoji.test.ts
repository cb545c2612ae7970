import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { parseEmoji } from "./emoji.ts";
import { limits } from "./limits.ts";

it.each(["👍", "👍🏽", "❤️", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪", "1️⃣", "a", "é", "+", "字"])(
  "[ED9] %s is one reaction, kept as it is",
  (emoji) => {
    expect(parseEmoji(emoji)).toEqual({ ok: true, value: emoji });
  },
);

it.each([
  ["nothing", ""],
  ["two of them", "👍👍"],
  ["a word", "ok"],
  ["a space", " "],
  ["a line break", "\r\n"],
  ["a NUL", "\0"],
  ["a joiner alone", "\u200d"],
  ["a variation selector alone", "\ufe0f"],
  ["a change of direction", "\u202e"],
  ["half of a pair", "\ud83d"],
  ["a letter under a heap of marks", `a${"\u0301".repeat(limits.EMOJI_BYTES_MAX / 2)}`],
])("[ED9] %s is none", (_name, text) => {
  expect(parseEmoji(text)).toMatchObject({ failure: "badRequest" });
});

test.prop([fc.string({ unit: "binary" })])(
  "[ED9] no text makes it throw, and what it takes is within the limit",
  (text) => {
    const parsed = parseEmoji(text);
    if (parsed.ok) expect(Buffer.byteLength(parsed.value)).toBeLessThanOrEqual(limits.EMOJI_BYTES_MAX);
  },
);
