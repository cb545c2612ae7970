import { z } from "@hono/zod-openapi";
import { parseEmoji } from "../../../contracts/emoji.ts";
import { limits } from "../../../contracts/limits.ts";
import { parseRoomName } from "../../../contracts/names.ts";
import type { Reply } from "../../../contracts/reply.ts";
import { parsePassword } from "../sign-in.ts";

type Check<T> = (text: string) => Reply<T>;

/** A string that one of our own parsers reads; `openapi` says the same to people. */
export function parsedBy<T>(parse: Check<T>, openapi: Readonly<Record<string, unknown>>) {
  return z
    .string()
    .transform((text, context) => {
      const reply = parse(text);
      if (reply.ok) return reply.value;
      context.addIssue({ code: "custom", message: reply.message });
      return z.NEVER;
    })
    .openapi({ type: "string", ...openapi });
}

/** A whole number in a path or a query, where everything is text. */
function integerText(minimum: number, maximum: number, openapi: Readonly<Record<string, unknown>> = {}) {
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/, "a whole number in decimal digits")
    .transform(Number)
    .pipe(z.number().int().min(minimum).max(maximum))
    .openapi({ type: "integer", minimum, maximum, ...openapi });
}

const SEQ_MAX = Number.MAX_SAFE_INTEGER;

export const roomName = parsedBy(parseRoomName, {
  minLength: 1,
  maxLength: limits.ROOM_NAME_CHARS_MAX,
  description: "A room: a number as gochat has them, direct:A:B for two users, or a name that was created.",
  example: "lobby",
});
export const newPassword = parsedBy((text) => parsePassword(text, limits.PASSWORD_CHARS_MIN), {
  minLength: limits.PASSWORD_CHARS_MIN,
  maxLength: limits.PASSWORD_CHARS_MAX,
});
/** A password that exists already. It may be shorter: gochat's surface takes one character. */
export const password = parsedBy((text) => parsePassword(text, 1), {
  minLength: 1,
  maxLength: limits.PASSWORD_CHARS_MAX,
});
export const userName = z.string().min(1).openapi({
  maxLength: limits.USER_NAME_CHARS_MAX,
  description: "Letters, digits, marks, _ . @ + ' - and single spaces between; unique under case folding.",
  example: "Ada",
});
export const seqText = integerText(0, SEQ_MAX, { example: 0 });
export const messageSeqText = integerText(1, SEQ_MAX, { description: "The seq of a message.", example: 1 });
export const emojiText = parsedBy(parseEmoji, {
  minLength: 1,
  maxLength: limits.EMOJI_BYTES_MAX,
  description: "One visible character as people see it, percent-encoded.",
  example: "👍",
});
export const userIdText = integerText(1, SEQ_MAX, { example: 1 });
export const pageLimit = integerText(1, limits.PAGE_MAX, { default: limits.PAGE_DEFAULT });

export const userId = z.number().int().min(1).max(SEQ_MAX);
export const seq = z.number().int().min(0).max(SEQ_MAX);
export const instant = z.iso.datetime().openapi({ example: "2026-11-22T12:00:00.000Z" });

/** Below 0 for somebody of an import, whom no credential speaks for. */
const personId = z.number().int().min(-SEQ_MAX).max(SEQ_MAX);
export const Person = z.object({ id: personId, name: z.string() }).openapi("Person");
export const Me = z.object({ id: seq, name: z.string(), admin: z.boolean() }).openapi("Me");
export const Session = z
  .object({ id: z.string(), createdAt: instant, expiresAt: instant, label: z.string() })
  .openapi("Session");
export const SignedIn = z
  .object({ user: Person, token: z.string().openapi({ description: "Shown this once." }), session: Session })
  .openapi("SignedIn");
export const Ended = z
  .object({ sessions: seq, closed: seq, pending: seq })
  .openapi("Ended", { description: "Sessions ended, sockets closed, and places that are told until they answer." });
export const Visibility = z.enum(["listed", "unlisted", "private"]);
export const Role = z.enum(["owner", "moderator", "member", "read-only"]);
export const GrantedRole = z.enum(["moderator", "member", "read-only"]);
export const Profile = z.object({
  title: z.string().max(limits.ROOM_TITLE_CHARS_MAX),
  topic: z.string().max(limits.ROOM_TOPIC_CHARS_MAX),
  visibility: Visibility,
  archived: z.boolean(),
  whoMayPost: z.enum(["everybody", "members", "moderators"]),
  whoMayInvite: z.enum(["members", "moderators", "owner"]),
  slowModeSeconds: z.number().int().min(0).max(limits.SLOW_MODE_SECONDS_MAX),
  newcomersSeeHistory: z.boolean(),
  retention: z.object({
    maxAgeSeconds: z.number().int().min(limits.RETENTION_SECONDS_MIN).max(Number.MAX_SAFE_INTEGER).nullable(),
    maxMessages: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable(),
  }),
});
export const RoomDescription = Profile.extend({
  room: z.string(),
  kind: z.enum(["numbered", "direct", "named"]),
  epoch: z.string(),
  head: seq.openapi({ description: "The newest seq." }),
  first: seq.openapi({ description: "The oldest seq that is retained." }),
  messages: seq,
  members: seq,
  role: Role.nullable(),
}).openapi("Room");
export const Member = z.object({ userId: seq, name: z.string(), role: Role }).openapi("Member");
