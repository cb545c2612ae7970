import { createRoute, z } from "@hono/zod-openapi";
import { directRoom } from "../../../contracts/names.ts";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { Message, SendHeaders, Sent, toOutgoing } from "./message-schemas.ts";
import { jsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { userIdText } from "./schemas.ts";

const sendDirect = createRoute({
  method: "post",
  path: "/api/v1/direct/{userId}/messages",
  tags: ["Messages"],
  summary: "Send a message to one user; it is read at /rooms/direct:A:B/messages",
  security: [{ bearer: [] }],
  middleware: [signedIn, jsonBody()],
  request: { params: z.object({ userId: userIdText }), headers: SendHeaders, body: jsonBodyOf(Message) },
  responses: {
    200: json(Sent, "It was sent before: this is where it stands."),
    201: json(Sent, "It is in the conversation's log."),
    ...problems(401, 403, 404, 409, 413, 415, 507),
  },
});

/** Conversations of two: the pair's room, whichever of them asks. */
export function addDirect(api: Api): void {
  api.openapi(sendDirect, async (c) => {
    const { identity } = c.var;
    const room = directRoom(identity.userId, c.req.valid("param").userId);
    const message = toOutgoing(c.req.valid("json"), c.req.valid("header"));
    const sent = await ask(c, ({ chat }) => chat.send(identity, room, message));
    return c.json(sent, sent.duplicate ? 200 : 201);
  });
}
