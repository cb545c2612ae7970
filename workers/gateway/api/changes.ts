import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { parseMessage } from "../../../contracts/message-body.ts";
import { ask } from "../ask.ts";
import { unwrap } from "../refused.ts";
import type { Api } from "./api-app.ts";
import { idIn, Message, SendHeaders, Sent, VersionPage } from "./message-schemas.ts";
import { jsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { emojiText, messageSeqText, pageLimit, roomName, seqText } from "./schemas.ts";

const secured = { tags: ["Messages"], security: [{ bearer: [] }], middleware: [signedIn] };
const message = { path: "/api/v1/rooms/{room}/messages/{seq}" } as const;
const reaction = { path: "/api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}" } as const;
const params = z.object({ room: roomName, seq: messageSeqText });
const request = { params, headers: SendHeaders };
const requestToReact = { params: params.extend({ emoji: emojiText }), headers: SendHeaders };
const responses = {
  200: json(Sent, "It is in the log; a duplicate when it was made before or changes nothing."),
  ...problems(401, 403, 404, 409, 507),
};

const edit = createRoute({
  ...secured,
  ...message,
  method: "put",
  summary: "Edit a message of your own",
  middleware: [signedIn, jsonBody()],
  request: { ...request, body: jsonBodyOf(Message.pick({ body: true })) },
  responses: { ...responses, ...problems(413, 415) },
});

const remove = createRoute({
  ...secured,
  ...message,
  method: "delete",
  summary: "Delete a message: your own, or any as owner or moderator",
  request,
  responses,
});

const react = createRoute({
  ...secured,
  ...reaction,
  method: "put",
  summary: "React to a message",
  request: requestToReact,
  responses,
});

const unreact = createRoute({
  ...secured,
  ...reaction,
  method: "delete",
  summary: "Take a reaction back",
  request: requestToReact,
  responses,
});

const versions = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/rooms/{room}/messages/{seq}/versions",
  summary: "What a message said before it was edited, for its author, the owner and moderators",
  request: {
    params,
    query: z.object({
      after: seqText.optional().openapi({ description: "The last version of the page before." }),
      limit: pageLimit.optional(),
    }),
  },
  responses: { 200: json(VersionPage, "Older versions."), ...problems(401, 403, 404) },
});

/** What becomes of a message after it was sent: edits, deletion, reactions. */
export function addChanges(api: Api): void {
  api.openapi(edit, async (c) => {
    const { room, seq } = c.req.valid("param");
    const body = unwrap(parseMessage(c.req.valid("json").body));
    const change = { type: "edit", seq, body, ...idIn(c.req.valid("header")) } as const;
    return c.json(await ask(c, ({ chat }) => chat.change(c.var.identity, room, change)), 200);
  });
  api.openapi(remove, async (c) => {
    const { room, seq } = c.req.valid("param");
    const change = { type: "delete", seq, ...idIn(c.req.valid("header")) } as const;
    return c.json(await ask(c, ({ chat }) => chat.change(c.var.identity, room, change)), 200);
  });
  api.openapi(react, async (c) => {
    const { room, seq, emoji } = c.req.valid("param");
    const change = { type: "react", seq, emoji, on: true, ...idIn(c.req.valid("header")) } as const;
    return c.json(await ask(c, ({ chat }) => chat.change(c.var.identity, room, change)), 200);
  });
  api.openapi(unreact, async (c) => {
    const { room, seq, emoji } = c.req.valid("param");
    const change = { type: "react", seq, emoji, on: false, ...idIn(c.req.valid("header")) } as const;
    return c.json(await ask(c, ({ chat }) => chat.change(c.var.identity, room, change)), 200);
  });
  api.openapi(versions, async (c) => {
    const { room, seq } = c.req.valid("param");
    const { after = 0, limit = limits.PAGE_DEFAULT } = c.req.valid("query");
    return c.json(await ask(c, ({ chat }) => chat.versions(c.var.identity, room, { seq, after, limit })), 200);
  });
}
