import { z } from "@hono/zod-openapi";
import { parseEmoji } from "../../../contracts/emoji.ts";
import type { RoomEvent } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import { isClientId } from "../../../contracts/native.ts";
import { fail } from "../../../contracts/reply.ts";
import type { ExportHead } from "../../../contracts/rooms.ts";
import { Profile, Role, seq } from "../api/schemas.ts";
import { Refused } from "../refused.ts";
import { EXPORT_VERSION } from "./room-lines.ts";

const count = seq.max(limits.IMPORT_SEQ_MAX);
const messageSeq = count.min(1);
const wellFormed = (text: string) => text.isWellFormed();
const name = z
  .string()
  .max(limits.USER_NAME_CHARS_MAX * 2)
  .refine(wellFormed, "well-formed Unicode");
// Below 0: somebody of an import before this one.
const personId = z
  .number()
  .int()
  .refine((id) => id !== 0, "nobody has the id 0");
const Person = z.strictObject({ id: personId, name });
const emoji = z.string().refine((text) => parseEmoji(text).ok, "one visible character");
const body = z
  .string()
  .min(1)
  .refine(wellFormed, "well-formed Unicode")
  .refine((text) => new TextEncoder().encode(text).length <= limits.BODY_BYTES_MAX, "too many bytes");

const Head = Profile.extend({
  type: z.literal("room"),
  version: z.literal(EXPORT_VERSION),
  room: z.string(),
  kind: z.enum(["numbered", "direct", "named"]),
  epoch: z.string(),
  head: count,
  first: seq.min(1),
  messages: count,
  members: seq,
  role: Role.nullable(),
  people: z.array(z.object({ userId: personId, name, role: Role })),
  pins: z.array(messageSeq).max(limits.PINS_PER_ROOM_MAX),
}).refine(({ first, head }) => first <= head + 1, "first is at most one above head");

const Event = z.strictObject({
  type: z.literal("event"),
  seq: messageSeq,
  kind: z.enum(["message", "edit", "delete", "react", "pin", "member", "room", "purge"]),
  from: Person,
  at: seq,
  messageNo: count,
  body: body.optional(),
  replyTo: messageSeq.optional(),
  stamp: z
    .strictObject({ id: z.string().refine(isClientId, "a client's id").optional(), atMs: z.number().int().optional() })
    .optional(),
  editedAt: seq.optional(),
  deleted: z.literal(true).optional(),
  reactions: z
    .array(z.strictObject({ emoji, count: messageSeq }))
    .min(1)
    .max(limits.REACTIONS_PER_MESSAGE_MAX)
    .optional(),
  thread: messageSeq.optional(),
  mentions: z.array(personId).max(limits.MENTIONS_PER_MESSAGE_MAX).optional(),
  mentionsRoom: z.literal(true).optional(),
  target: messageSeq.optional(),
  pinned: z.boolean().optional(),
  subject: Person.optional(),
  member: z
    .strictObject({ change: z.enum(["joined", "left", "removed", "banned", "role"]), role: Role.nullable() })
    .optional(),
  room: Profile.partial().strict().optional(),
  reaction: z.strictObject({ emoji, count, on: z.boolean() }).optional(),
});

const End = z.strictObject({ type: z.literal("end"), events: count, head: count });
const Line = z.discriminatedUnion("type", [Event, End]);

/** What follows the first line of an export. */
export type ImportLine = { readonly type: "event"; readonly event: RoomEvent } | z.output<typeof End>;

/** Reads the first line. */
export function parseHead(no: number, text: string): ExportHead {
  const { type: _, version: __, ...head } = parse(Head, no, text);
  return head;
}

/** Reads any other line. */
export function parseImportLine(no: number, text: string): ImportLine {
  const line = parse(Line, no, text);
  if (line.type === "end") return line;
  const { type, ...fields } = line;
  // What JSON left out is left out here too, and not undefined.
  const event = fields as RoomEvent;
  const problem = refuseKind(event);
  if (problem !== null) throw wrongLine(no, "", problem);
  return { type, event };
}

/** A line that is not what an export says; nothing of it is repeated. */
export function wrongLine(no: number, path: string, message: string): Refused {
  const where = path === "" ? "" : ` ${path.slice(1)}:`;
  return new Refused(fail("badRequest", `line ${no}:${where} ${message}`), [
    { in: "body", path: `/${no}${path}`, message },
  ]);
}

function parse<Schema extends z.ZodType>(schema: Schema, no: number, text: string): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(no, text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrongLine(no, (issue?.path ?? []).map((part) => `/${String(part)}`).join(""), issue?.message ?? "malformed");
}

function parseJson(no: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrongLine(no, "", "this is not JSON");
  }
}

/** What an event of a kind says, and what only others may say. */
function refuseKind({ kind, body: text, deleted, target, reaction, subject, member }: RoomEvent): string | null {
  if (kind === "message")
    return (text === undefined) === (deleted === true) ? null : "a message has a body or is deleted";
  if (deleted !== undefined) return "only messages are deleted";
  const changes = kind === "edit" || kind === "delete" || kind === "react" || kind === "pin";
  if (changes !== (target !== undefined)) return "changes of messages have a target, and nothing else has";
  if ((kind === "react") !== (reaction !== undefined)) return "reactions say which one, and nothing else does";
  if (kind === "member" && member === undefined) return "a membership says what became of it";
  return (kind === "member" || kind === "purge") === (subject !== undefined)
    ? null
    : "memberships and purges have a subject";
}
