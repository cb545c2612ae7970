import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { directRoom } from "../../../contracts/names.ts";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { Message, SendHeaders, Sent, toOutgoing } from "./message-schemas.ts";
import { jsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { title } from "./room-schemas.ts";
import { RoomDescription, userId, userIdText } from "./schemas.ts";

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

const openDirect = createRoute({
  method: "post",
  path: "/api/v1/direct/{userId}",
  tags: ["Rooms"],
  summary: "Open the one conversation with a user: from now on it is in both inboxes",
  security: [{ bearer: [] }],
  middleware: [signedIn],
  request: { params: z.object({ userId: userIdText }) },
  responses: { 200: json(RoomDescription, "The conversation, new or not."), ...problems(401, 403, 404) },
});

const createGroup = createRoute({
  method: "post",
  path: "/api/v1/groups",
  tags: ["Rooms"],
  summary: "Create a private room of a fresh name with some users, all of whom may invite others",
  security: [{ bearer: [] }],
  middleware: [signedIn, jsonBody()],
  request: {
    body: jsonBodyOf(z.strictObject({ title, userIds: z.array(userId).min(1).max(limits.GROUP_MEMBERS_MAX) })),
  },
  responses: {
    201: { ...json(RoomDescription, "The room; you own it."), headers: z.object({ Location: z.string() }) },
    ...problems(401, 403, 404, 409, 413, 415),
  },
});

/** Conversations of two: the pair's room, whichever of them asks; and of a few. */
export function addDirect(api: Api): void {
  api.openapi(openDirect, async (c) => {
    const { userId } = c.req.valid("param");
    return c.json(await ask(c, ({ chatroom }) => chatroom.openDirect(c.var.identity, userId)), 200);
  });
  api.openapi(createGroup, async (c) => {
    const { title, userIds } = c.req.valid("json");
    const made = await ask(c, ({ chatroom }) => chatroom.createGroup(c.var.identity, title, userIds));
    c.header("location", `/api/v1/rooms/${encodeURIComponent(made.room)}`);
    return c.json(made, 201);
  });
  api.openapi(sendDirect, async (c) => {
    const { identity } = c.var;
    const room = directRoom(identity.userId, c.req.valid("param").userId);
    const message = toOutgoing(c.req.valid("json"), c.req.valid("header"));
    const sent = await ask(c, ({ chat }) => chat.send(identity, room, message));
    return c.json(sent, sent.duplicate ? 200 : 201);
  });
}
