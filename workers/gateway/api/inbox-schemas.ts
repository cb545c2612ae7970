import { z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { Person, seq } from "./schemas.ts";

const Unavailable = z
  .object({ room: z.string(), muted: z.boolean(), unavailable: z.literal(true) })
  .openapi("UnavailableRoom", { description: "The room did not answer in time: ask again." });

const InboxRoom = z
  .object({
    room: z.string(),
    muted: z.boolean(),
    kind: z.enum(["numbered", "direct", "named"]),
    title: z.string().openapi({ description: "The room's title; of a direct conversation the other's name." }),
    head: seq.openapi({ description: "The newest seq." }),
    read: seq.openapi({ description: "The last seq that you have read." }),
    unread: seq.openapi({ description: "Messages after it." }),
    mentions: seq.openapi({ description: "Those of them that name you or everybody, but for users whom you block." }),
    last: z
      .object({
        seq,
        at: z.number().int(),
        from: Person,
        excerpt: z.string().openapi({ description: `At most ${limits.INBOX_EXCERPT_CHARS_MAX} characters.` }),
      })
      .nullable()
      .openapi({ description: "The newest message that stands." }),
  })
  .openapi("InboxRoom");

export const InboxPage = z
  .object({
    rooms: z.array(z.union([InboxRoom, Unavailable])).readonly(),
    more: z.boolean(),
    unread: seq.openapi({ description: "Of this page, without muted rooms." }),
    mentions: seq.openapi({ description: "Of this page, muted rooms too." }),
  })
  .openapi("InboxPage");
