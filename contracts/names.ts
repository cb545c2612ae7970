import { limits } from "./limits.ts";
import { fail, ok, type Reply } from "./reply.ts";

/** A user's name as shown, and the key under which it is unique. */
export type UserName = { readonly name: string; readonly key: string };

/** Where a room's rules come from: gochat's numbered rooms, conversations of two, and created rooms. */
export type RoomKind = "numbered" | "direct" | "named";

const USER_NAME = /^[\p{L}\p{M}\p{N}_.@+'-]+(?: [\p{L}\p{M}\p{N}_.@+'-]+)*$/u;
const NUMBERED_ROOM = /^[1-9]\d{0,15}$/;
const DIRECT_ROOM = /^direct:([1-9]\d{0,15}):([1-9]\d{0,15})$/;
const FORBIDDEN_IN_ROOM = /[\p{C}\p{Zl}\p{Zp}/\\]/u;

/** The key of a name that was parsed before: two spellings of one name have one key. */
export function foldName(name: string): string {
  return fold(name.normalize("NFKC"));
}

/** Whether two spellings are the name of one user. What is no name is nobody's. [P5] */
export function isSameUserName(claimed: string, own: string): boolean {
  const [a, b] = [parseUserName(claimed), parseUserName(own)];
  return a.ok && b.ok && a.value.key === b.value.key;
}

/**
 * Folds case as far as JavaScript can: upper then lower maps sharp s to ss and the final sigma to sigma. Lower before,
 * because the capital sharp s has no other upper case than itself.
 */
function fold(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
}

/** Reads a user name: NFKC, 1-64 characters, letters, digits, marks, _ . @ + ' - and single spaces between. [AC2] */
export function parseUserName(text: string): Reply<UserName> {
  if (!text.isWellFormed()) return fail("badRequest", "the name is not well-formed Unicode");
  const name = text.normalize("NFKC");
  const chars = Array.from(name).length;
  if (chars < 1) return fail("badRequest", "the name is empty");
  if (chars > limits.USER_NAME_CHARS_MAX) {
    return fail("badRequest", `the name has more than ${limits.USER_NAME_CHARS_MAX} characters`);
  }
  if (!USER_NAME.test(name)) {
    return fail("badRequest", "a name has letters, digits, _ . @ + ' - and single spaces between them");
  }
  return ok({ name, key: fold(name) });
}

/** Reads a room's name. Two spellings of one name in NFC are one room; case counts. [RM1] */
export function parseRoomName(text: string): Reply<string> {
  if (!text.isWellFormed()) return fail("badRequest", "the room's name is not well-formed Unicode");
  const name = text.normalize("NFC");
  const chars = Array.from(name).length;
  if (chars < 1 || chars > limits.ROOM_NAME_CHARS_MAX) {
    return fail("badRequest", `a room's name has 1 to ${limits.ROOM_NAME_CHARS_MAX} characters`);
  }
  if (/^\d+$/.test(name)) return parseNumberedRoom(name);
  if (name.startsWith("direct:")) return parseDirectRoom(name);
  // "." and ".." are not paths that a URL can name.
  if (FORBIDDEN_IN_ROOM.test(name) || name !== name.trim() || name === "." || name === "..") {
    return fail("badRequest", "a room's name has no control characters, slashes or outer spaces, and is not . or ..");
  }
  return ok(name);
}

function parseNumberedRoom(name: string): Reply<string> {
  const valid = NUMBERED_ROOM.test(name) && Number.isSafeInteger(Number(name));
  return valid ? ok(name) : fail("badRequest", "a room's number is an integer above 0, without leading zeros");
}

function parseDirectRoom(name: string): Reply<string> {
  const pair = directPair(name);
  return pair === null || name !== directRoom(pair[0], pair[1])
    ? fail("badRequest", "a direct conversation is named direct:A:B with user ids A <= B")
    : ok(name);
}

/** Tells which rules a room's name brings with it. The name must have passed parseRoomName. */
export function roomKind(room: string): RoomKind {
  if (/^\d+$/.test(room)) return "numbered";
  return room.startsWith("direct:") ? "direct" : "named";
}

/** The one room of a pair of users, whichever of them asks. */
export function directRoom(a: number, b: number): string {
  return `direct:${Math.min(a, b)}:${Math.max(a, b)}`;
}

/** The two user ids of a direct conversation's name, or null when the name is not one. */
export function directPair(room: string): readonly [number, number] | null {
  const match = DIRECT_ROOM.exec(room);
  if (match === null) return null;
  const pair = [Number(match[1]), Number(match[2])] as const;
  return pair.every(Number.isSafeInteger) ? pair : null;
}
