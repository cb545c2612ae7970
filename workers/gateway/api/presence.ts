import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { signedIn } from "./middleware.ts";
import { json, problems } from "./responses.ts";
import { Person, pageLimit, roomName, seq, seqText } from "./schemas.ts";

const PresencePage = z
  .object({ count: seq, users: z.array(Person).readonly(), more: z.boolean() })
  .openapi("PresencePage", { description: "Who is in the room now, ordered by user id." });

const presence = createRoute({
  method: "get",
  path: "/api/v1/rooms/{room}/presence",
  tags: ["Rooms"],
  summary: "Who is here",
  security: [{ bearer: [] }],
  middleware: [signedIn],
  request: {
    params: z.object({ room: roomName }),
    query: z.object({
      after: seqText.optional().openapi({ description: "The last user id of the page before." }),
      limit: pageLimit.optional(),
    }),
  },
  responses: { 200: json(PresencePage, "A page of people."), ...problems(401, 403, 404) },
});

/** Presence, a page at a time. */
export function addPresence(api: Api): void {
  api.openapi(presence, async (c) => {
    const { room } = c.req.valid("param");
    const { after = 0, limit = limits.PAGE_DEFAULT } = c.req.valid("query");
    return c.json(await ask(c, ({ chat }) => chat.presence(c.var.identity, room, after, limit)), 200);
  });
}
