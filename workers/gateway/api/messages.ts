import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import type { PageQuery } from "../../../contracts/native.ts";
import { fail } from "../../../contracts/reply.ts";
import { ask } from "../ask.ts";
import { Refused } from "../refused.ts";
import type { Api } from "./api-app.ts";
import { EventPage, Message, SendHeaders, Sent, toOutgoing } from "./message-schemas.ts";
import { jsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { pageLimit, roomName, seqText } from "./schemas.ts";

const send = createRoute({
  method: "post",
  path: "/api/v1/rooms/{room}/messages",
  tags: ["Messages"],
  summary: "Send a message",
  security: [{ bearer: [] }],
  middleware: [signedIn, jsonBody()],
  request: { params: z.object({ room: roomName }), headers: SendHeaders, body: jsonBodyOf(Message) },
  responses: {
    200: json(Sent, "It was sent before: this is where it stands."),
    201: json(Sent, "It is in the log."),
    ...problems(401, 403, 404, 409, 413, 415, 507),
  },
});

const query = z.object({
  after: seqText.optional().openapi({ description: "Events after this seq, oldest first." }),
  before: seqText.optional().openapi({ description: "The events right before this seq. Not together with after." }),
  limit: pageLimit.optional(),
});

const history = createRoute({
  method: "get",
  path: "/api/v1/rooms/{room}/messages",
  tags: ["Messages"],
  summary: "Read the log; without after and before, its newest page",
  security: [{ bearer: [] }],
  middleware: [signedIn],
  request: { params: z.object({ room: roomName }), query },
  responses: { 200: json(EventPage, "A run of events without a gap."), ...problems(401, 403, 404) },
});

/** Messages of a room: send, and read by cursor. */
export function addMessages(api: Api): void {
  api.openapi(send, async (c) => {
    const { room } = c.req.valid("param");
    const message = toOutgoing(c.req.valid("json"), c.req.valid("header"));
    const sent = await ask(c, ({ chat }) => chat.send(c.var.identity, room, message));
    return c.json(sent, sent.duplicate ? 200 : 201);
  });
  api.openapi(history, async (c) => {
    const { room } = c.req.valid("param");
    const page = toPageQuery(c.req.valid("query"));
    return c.json(await ask(c, ({ chat }) => chat.history(c.var.identity, room, page)), 200);
  });
}

function toPageQuery({ after, before, limit = limits.PAGE_DEFAULT }: z.output<typeof query>): PageQuery {
  if (after !== undefined && before !== undefined) {
    throw new Refused(fail("badRequest", "give after or before, not both"));
  }
  return after !== undefined ? { after, limit } : { before: before ?? Number.MAX_SAFE_INTEGER, limit };
}
