import { limits } from "../../../contracts/limits.ts";
import { foldName } from "../../../contracts/names.ts";

/** A name that a text may mean: its key, and where the text goes on behind it. */
type Candidate = { readonly key: string; readonly end: number };
/** An @ in a text, and the names that it may begin, the longest one first. */
export type Mention = { readonly at: number; readonly names: readonly Candidate[] };

// Behind a letter or a digit it is the @ of a mail address.
const AT = /(?<![\p{L}\p{M}\p{N}])@/gu;
const WORD = /[\p{L}\p{M}\p{N}_.@+'-]{1,129}/uy;
const CLOSING = /[_.@+'-]+$/;
/** UTF-16 units: what is longer is no name, and no word of one begins further on. */
const NAME_UNITS_MAX = 2 * limits.USER_NAME_CHARS_MAX;
/** Folding makes at most three characters of one. */
const KEY_UNITS_MAX = 3 * limits.USER_NAME_CHARS_MAX;
/** What one text may cost: each @ that is looked at, and each name that it may begin. */
const LOOKS_MAX = 1_000;

/** The mentions that a text may hold. The work is bounded, whatever the text: past that an @ is text alone. [TA6] */
export function scanMentions(text: string): readonly Mention[] {
  const found: Mention[] = [];
  let looks = 0;
  for (const { index } of text.matchAll(AT)) {
    const names = namesAt(text, index + 1);
    looks += 1 + names.length;
    if (looks > LOOKS_MAX) break;
    if (names.length > 0) found.push({ at: index, names });
  }
  return found;
}

/** A name ends where its last word does; a dot or a dash at that end may be the sentence's own. */
function namesAt(text: string, start: number): readonly Candidate[] {
  const found: Candidate[] = [];
  let before = "";
  for (let at = start; at - start <= NAME_UNITS_MAX; at = WORD.lastIndex + 1) {
    const word = wordAt(text, at);
    if (word === null) break;
    const key = before + foldName(word);
    if (key.length > KEY_UNITS_MAX) break;
    const bare = word.replace(CLOSING, "");
    if (bare !== "" && bare !== word) found.push({ key: before + foldName(bare), end: at + bare.length });
    found.push({ key, end: at + word.length });
    if (text[at + word.length] !== " ") break;
    before = `${key} `;
  }
  return found.reverse();
}

function wordAt(text: string, at: number): string | null {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0] ?? null;
  return word === null || word.length > NAME_UNITS_MAX ? null : word;
}
