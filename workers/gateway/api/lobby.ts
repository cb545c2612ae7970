import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { signedIn } from "./middleware.ts";
import { json, problems } from "./responses.ts";
import { ListedRoom, lobbyText } from "./room-schemas.ts";
import { pageLimit, roomName } from "./schemas.ts";

const search = createRoute({
  method: "get",
  path: "/api/v1/rooms",
  tags: ["Rooms"],
  summary: "Search the listed rooms, ordered by name",
  security: [{ bearer: [] }],
  middleware: [signedIn],
  request: {
    query: z.object({
      text: lobbyText.optional(),
      after: roomName.optional().openapi({ description: "The last room of the page before." }),
      limit: pageLimit.optional(),
    }),
  },
  responses: {
    200: json(z.object({ rooms: z.array(ListedRoom).readonly(), more: z.boolean() }), "A page of rooms."),
    ...problems(401),
  },
});

/** The directory of listed rooms. */
export function addLobby(api: Api): void {
  api.openapi(search, async (c) => {
    const { text = "", after = "", limit = limits.PAGE_DEFAULT } = c.req.valid("query");
    return c.json(await ask(c, ({ chatroom }) => chatroom.search(c.var.identity, { text, after, limit })), 200);
  });
}
