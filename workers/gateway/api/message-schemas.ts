import { z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { isClientId } from "../../../contracts/native.ts";
import type { Outgoing } from "../../../contracts/services.ts";
import { unwrap } from "../refused.ts";
import { parseMessage } from "../sign-in.ts";
import { Person, seq } from "./schemas.ts";

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
    description: "Your id for this message. The same key and content is the same message, sent once.",
  }),
});

export const Sent = z
  .object({ epoch: z.string(), seq, at: z.number().int(), duplicate: z.boolean() })
  .openapi("Sent", { description: "Where the message stands in the room's log. It is on disk." });

const RoomEvent = z
  .object({
    seq,
    kind: z.literal("message").openapi({ description: "More kinds will come: keep what you do not know." }),
    from: Person,
    at: z.number().int().openapi({ description: "Milliseconds since 1970." }),
    messageNo: seq,
    body: z.string().optional(),
    replyTo: seq.optional(),
  })
  .openapi("RoomEvent");

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

/** A message as the services take it, its text checked. */
export function toOutgoing(message: z.output<typeof Message>, headers: z.output<typeof SendHeaders>): Outgoing {
  const id = headers["idempotency-key"];
  return {
    body: unwrap(parseMessage(message.body)),
    ...(id === undefined ? {} : { id }),
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
  };
}
