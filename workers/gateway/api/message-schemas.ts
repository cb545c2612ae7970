import { z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { parseMessage } from "../../../contracts/message-body.ts";
import { isClientId } from "../../../contracts/native.ts";
import type { Outgoing } from "../../../contracts/services.ts";
import { unwrap } from "../refused.ts";
import { Person, Profile, Role, seq } from "./schemas.ts";

export const Message = z
  .object({
    body: z.string().min(1).openapi({ maxLength: limits.BODY_BYTES_MAX, example: "Hello" }),
    replyTo: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  })
  .openapi("Message");

export const SendHeaders = z.object({
  "idempotency-key": z.string().refine(isClientId, `1 to ${limits.CLIENT_ID_CHARS_MAX} characters`).optional().openapi({
    type: "string",
    minLength: 1,
    maxLength: limits.CLIENT_ID_CHARS_MAX,
    description: "Your id for this message or change. The same key and content is the same one, made once.",
  }),
});

export const Sent = z
  .object({ epoch: z.string(), seq, at: z.number().int(), duplicate: z.boolean() })
  .openapi("Sent", { description: "Where the message or the change stands in the room's log. It is on disk." });

export const RoomEvent = z
  .object({
    seq,
    kind: z
      .enum(["message", "edit", "delete", "react", "pin", "member", "room", "purge"])
      .openapi({ description: "More kinds will come: keep what you do not know." }),
    from: Person,
    at: z.number().int().openapi({ description: "Milliseconds since 1970." }),
    messageNo: seq,
    body: z.string().optional().openapi({ description: "What a message says now; on its newest edit the same again." }),
    replyTo: seq.optional(),
    stamp: z
      .object({ id: z.string().optional(), atMs: z.number().int().optional() })
      .optional()
      .openapi({ description: "What the sender's client said of the message." }),
    editedAt: z.number().int().optional().openapi({ description: "When the newest edit of this message was." }),
    deleted: z.literal(true).optional().openapi({ description: "This message was deleted: it keeps its place only." }),
    reactions: z
      .array(z.object({ emoji: z.string(), count: seq }))
      .readonly()
      .optional(),
    target: seq.optional().openapi({ description: "On edits, deletions, reactions and pins: the seq of the message." }),
    thread: seq.optional().openapi({ description: "On answers: the message that their thread began with." }),
    mentions: z.array(seq).readonly().optional().openapi({ description: "The ids of users whom the message names." }),
    mentionsRoom: z.literal(true).optional().openapi({ description: "The message names everybody." }),
    pinned: z.boolean().optional().openapi({ description: "On pins: whether the message was pinned or taken down." }),
    subject: Person.optional().openapi({ description: "On memberships and purges: whom they are about." }),
    member: z
      .object({ change: z.enum(["joined", "left", "removed", "banned", "role"]), role: Role.nullable() })
      .optional(),
    room: Profile.partial().optional().openapi({ description: "What is different in the room from now on." }),
    reaction: z
      .object({ emoji: z.string(), count: seq, on: z.boolean() })
      .optional()
      .openapi({ description: "What was put or taken back, and how many of it the message had then." }),
  })
  .openapi("RoomEvent");

export const VersionPage = z
  .object({
    versions: z.array(z.object({ version: seq, at: z.number().int(), body: z.string() })).readonly(),
    more: z.boolean(),
  })
  .openapi("VersionPage", { description: "What a message said before, the first version first." });

export const EventPage = z
  .object({
    epoch: z.string(),
    after: seq.openapi({ description: "The seq before the first event of this page." }),
    events: z.array(RoomEvent).readonly(),
    more: z.boolean(),
    head: seq,
    first: seq,
  })
  .openapi("EventPage");

/** The client's id for what it asks, where it gave one. */
export function idIn({ "idempotency-key": id }: z.output<typeof SendHeaders>): { readonly id?: string } {
  return id === undefined ? {} : { id };
}

/** A message as the services take it, its text checked. */
export function toOutgoing(message: z.output<typeof Message>, headers: z.output<typeof SendHeaders>): Outgoing {
  return {
    body: unwrap(parseMessage(message.body)),
    ...idIn(headers),
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
  };
}
