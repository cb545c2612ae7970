import { limits } from "./limits.ts";
import { fail, ok, type Reply } from "./reply.ts";

// Control characters and line separators, and what turns the direction of the text around it: a title stands in lists,
// beside others. Joiners stay allowed, because emoji are made with them.
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Reads a room's title: one line without outer spaces, at most ROOM_TITLE_CHARS_MAX characters. Empty is none. [RO2] */
export function parseTitle(text: string): Reply<string> {
  return parseText("a title", text, limits.ROOM_TITLE_CHARS_MAX);
}

/** Reads a room's topic: as a title, but it may have lines, which end in \n alone. [RO2] */
export function parseTopic(text: string): Reply<string> {
  const unified = text.replaceAll("\r\n", "\n");
  const parsed = parseText("a topic", unified.replaceAll("\n", " "), limits.ROOM_TOPIC_CHARS_MAX);
  return parsed.ok ? ok(unified.trim()) : parsed;
}

/** Reads what somebody looks for among the rooms: a title's characters. [RO12] */
export function parseLobbyText(text: string): Reply<string> {
  return parseText("a search", text, limits.ROOM_TITLE_CHARS_MAX);
}

function parseText(what: string, text: string, charsMax: number): Reply<string> {
  if (!text.isWellFormed()) return fail("badRequest", `${what} is well-formed Unicode`);
  const trimmed = text.trim();
  if (Array.from(trimmed).length > charsMax) return fail("badRequest", `${what} has at most ${charsMax} characters`);
  if (FORBIDDEN.test(trimmed)) return fail("badRequest", `${what} has no control characters`);
  return ok(trimmed);
}
