import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { InboxPage } from "./inbox-schemas.ts";
import { signedIn } from "./middleware.ts";
import { json, problems } from "./responses.ts";
import { pageLimit, roomName } from "./schemas.ts";

const secured = { tags: ["Inbox"], security: [{ bearer: [] }], middleware: [signedIn] };
const mute = {
  path: "/api/v1/inbox/rooms/{room}/mute",
  request: { params: z.object({ room: roomName }) },
} as const;

const list = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/inbox",
  summary: "Your rooms: what is unread in each, who named you, and what was said last",
  request: {
    query: z.object({
      after: roomName.optional().openapi({ description: "The last room of the page before." }),
      limit: pageLimit.optional(),
    }),
  },
  responses: { 200: json(InboxPage, "Rooms, ordered by name."), ...problems(401) },
});

const muteRoom = createRoute({
  ...secured,
  ...mute,
  method: "put",
  summary: "Mute a room of your inbox: it counts in your mentions alone",
  responses: { 204: { description: "The room is muted." }, ...problems(401, 404) },
});

const unmuteRoom = createRoute({
  ...secured,
  ...mute,
  method: "delete",
  summary: "Take a mute back",
  responses: { 204: { description: "The room is not muted." }, ...problems(401, 404) },
});

/** The caller's own rooms. */
export function addInbox(api: Api): void {
  api.openapi(list, async (c) => {
    const { after = "", limit = limits.PAGE_DEFAULT } = c.req.valid("query");
    return c.json(await ask(c, ({ chat }) => chat.inbox(c.var.identity, { after, limit })), 200);
  });
  api.openapi(muteRoom, async (c) => {
    const { room } = c.req.valid("param");
    await ask(c, ({ chat }) => chat.muteRoom(c.var.identity, room, true));
    return c.body(null, 204);
  });
  api.openapi(unmuteRoom, async (c) => {
    const { room } = c.req.valid("param");
    await ask(c, ({ chat }) => chat.muteRoom(c.var.identity, room, false));
    return c.body(null, 204);
  });
}
