import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { fail } from "../../../contracts/reply.ts";
import { ask } from "../ask.ts";
import { Refused } from "../refused.ts";
import type { Api } from "./api-app.ts";
import { RoomEvent } from "./message-schemas.ts";
import { signedIn } from "./middleware.ts";
import { json, problems } from "./responses.ts";
import { messageSeqText, pageLimit, roomName, seq, seqText } from "./schemas.ts";

const secured = { tags: ["Messages"], security: [{ bearer: [] }], middleware: [signedIn] };
const params = z.object({ room: roomName, seq: messageSeqText });

const ThreadPage = z
  .object({
    root: RoomEvent.openapi({ description: "The message that the thread began with." }),
    events: z.array(RoomEvent).readonly(),
    more: z.boolean(),
    count: seq.openapi({ description: "How many answers the thread has, deleted ones too." }),
  })
  .openapi("ThreadPage", { description: "A message and what answers it, or answers its answers, oldest first." });

const one = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/rooms/{room}/messages/{seq}",
  summary: "One message as it reads now",
  request: { params },
  responses: { 200: json(RoomEvent, "The message, or its tombstone."), ...problems(401, 403, 404) },
});

const thread = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/rooms/{room}/messages/{seq}/thread",
  summary: "The thread that a message began or belongs to",
  request: {
    params,
    query: z.object({
      after: seqText.optional().openapi({ description: "The last seq of the page before." }),
      limit: pageLimit.optional(),
    }),
  },
  responses: { 200: json(ThreadPage, "Answers in the order of the log."), ...problems(401, 403, 404) },
});

/** Single messages, and what answers them. */
export function addThreads(api: Api): void {
  api.openapi(one, async (c) => {
    const { room, seq: wanted } = c.req.valid("param");
    const query = { after: wanted - 1, limit: 1 };
    const { events } = await ask(c, ({ chat }) => chat.history(c.var.identity, room, query));
    const [event] = events;
    if (event?.seq === wanted && event.kind === "message") return c.json(event, 200);
    throw new Refused(fail("notFound", "the room has no message of this seq"));
  });
  api.openapi(thread, async (c) => {
    const { room, seq: named } = c.req.valid("param");
    const { after = 0, limit = limits.PAGE_DEFAULT } = c.req.valid("query");
    return c.json(await ask(c, ({ chat }) => chat.thread(c.var.identity, room, { seq: named, after, limit })), 200);
  });
}
