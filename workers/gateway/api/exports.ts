import { createRoute, z } from "@hono/zod-openapi";
import { ask } from "../ask.ts";
import { accountLines } from "../rights/account-lines.ts";
import { answerLines, NDJSON } from "../rights/ndjson.ts";
import { roomLines } from "../rights/room-lines.ts";
import type { Api } from "./api-app.ts";
import { signedIn } from "./middleware.ts";
import { problems } from "./responses.ts";
import { roomName } from "./schemas.ts";

const secured = { tags: ["Rights"], security: [{ bearer: [] }], middleware: [signedIn] };
const lines = (description: string) => ({ description, content: { [NDJSON]: { schema: z.string() } } });

const room = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/rooms/{room}/export",
  summary: "A room with its whole log, for its members",
  request: { params: z.object({ room: roomName }) },
  responses: {
    200: lines("JSON lines: a room, its events, an end. A file without the end was cut off."),
    ...problems(401, 403, 404),
  },
});

const me = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/accounts/me/export",
  summary: "Everything about you: your account, and what rooms hold of you",
  responses: {
    200: lines("JSON lines: an account, and for each room what is yours there; an end, without which it was cut off."),
    ...problems(401),
  },
});

/** What can be taken away, as lines of JSON. */
export function addExports(api: Api): void {
  api.openapi(room, async (c) => {
    const { room } = c.req.valid("param");
    const head = await ask(c, ({ chatroom }) => chatroom.exportHead(c.var.identity, room));
    return answerLines(c, room, roomLines(c, room, head));
  });
  api.openapi(me, async (c) => {
    const data = await ask(c, ({ auth }) => auth.accountData(c.var.identity));
    return answerLines(c, data.user.name, accountLines(c, data));
  });
}
