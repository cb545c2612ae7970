import { limits } from "./limits.ts";
import { fail, ok, type Reply } from "./reply.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
// A letter, a digit, a symbol or punctuation: a joiner or a control character alone would be a reaction nobody sees.
const VISIBLE = /[\p{L}\p{N}\p{S}\p{P}]/u;

/** Reads a reaction: one visible grapheme of at most EMOJI_BYTES_MAX, kept as it is. Not a list: new emoji come every year. [ED9] */
export function parseEmoji(text: string): Reply<string> {
  if (!text.isWellFormed()) return fail("badRequest", "the emoji is not well-formed Unicode");
  if (new TextEncoder().encode(text).length > limits.EMOJI_BYTES_MAX) {
    return fail("badRequest", `an emoji has at most ${limits.EMOJI_BYTES_MAX} bytes`);
  }
  const isOne = [...graphemes.segment(text)].length === 1;
  return isOne && VISIBLE.test(text) ? ok(text) : fail("badRequest", "an emoji is one visible character");
}
