import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import type { Moderated as ModeratedValue, ModerationAct } from "../../../contracts/rooms.ts";
import { ask } from "../ask.ts";
import type { GatewayContext } from "../context.ts";
import type { Api } from "./api-app.ts";
import { jsonBody, optionalJsonBody, signedIn } from "./middleware.ts";
import { Moderated, ModerationPage, Mute, Reason, Restrictions } from "./moderation-schemas.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { messageSeqText, pageLimit, roomName, userIdText } from "./schemas.ts";

const secured = { tags: ["Moderation"], security: [{ bearer: [] }], middleware: [signedIn] };
const params = z.object({ room: roomName, userId: userIdText });
const mutes = { path: "/api/v1/rooms/{room}/mutes/{userId}" } as const;
const bans = { path: "/api/v1/rooms/{room}/bans/{userId}" } as const;
const withReason = {
  ...secured,
  middleware: [signedIn, optionalJsonBody],
  request: { params, body: { ...jsonBodyOf(Reason), required: false } },
};
const done = { 200: json(Moderated, "What came of it."), ...problems(401, 403, 404, 409, 413, 415) };

const mute = createRoute({
  ...secured,
  ...mutes,
  method: "put",
  summary: "Let a user say nothing for a while",
  middleware: [signedIn, jsonBody()],
  request: { params, body: jsonBodyOf(Mute) },
  responses: { 204: { description: "Muted from now on." }, ...problems(401, 403, 404, 409, 413, 415) },
});

const unmute = createRoute({
  ...secured,
  ...mutes,
  method: "delete",
  summary: "Let a muted user speak again",
  request: { params },
  responses: { 204: { description: "Not muted." }, ...problems(401, 403, 404) },
});

const ban = createRoute({
  ...withReason,
  ...bans,
  method: "put",
  summary: "Remove a user for good: sockets are closed, and the user never uses the room again",
  responses: done,
});

const unban = createRoute({
  ...secured,
  ...bans,
  method: "delete",
  summary: "Lift a ban; the user is no member by that",
  request: { params },
  responses: { 204: { description: "Not banned." }, ...problems(401, 403, 404) },
});

const kick = createRoute({
  ...withReason,
  method: "post",
  path: "/api/v1/rooms/{room}/kicks/{userId}",
  summary: "Remove a user, who may come back: the membership ends and sockets are closed",
  responses: done,
});

const purge = createRoute({
  ...withReason,
  method: "delete",
  path: "/api/v1/rooms/{room}/users/{userId}/messages",
  summary: "Delete all messages of a user",
  responses: done,
});

const restrictions = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/rooms/{room}/restrictions",
  summary: "Who is muted or banned, for owner and moderators",
  request: { params: z.object({ room: roomName }) },
  responses: { 200: json(Restrictions, "Mutes and bans, the newest first."), ...problems(401, 403, 404) },
});

const log = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/rooms/{room}/moderation",
  summary: "The moderation log, for owner and moderators",
  request: {
    params: z.object({ room: roomName }),
    query: z.object({
      before: messageSeqText.optional().openapi({ description: "The lowest `no` of the page before." }),
      limit: pageLimit.optional(),
    }),
  },
  responses: { 200: json(ModerationPage, "What was done."), ...problems(401, 403, 404) },
});

/** What owners and moderators do about somebody, and what was done. The room decides who may. */
export function addModeration(api: Api): void {
  api.openapi(mute, async (c) => {
    const { room, userId } = c.req.valid("param");
    const { seconds, reason } = c.req.valid("json");
    await moderate(c, room, { type: "mute", userId, untilMs: Date.now() + seconds * 1000, ...because(reason) });
    return c.body(null, 204);
  });
  api.openapi(unmute, async (c) => {
    const { room, userId } = c.req.valid("param");
    await moderate(c, room, { type: "unmute", userId });
    return c.body(null, 204);
  });
  api.openapi(unban, async (c) => {
    const { room, userId } = c.req.valid("param");
    await moderate(c, room, { type: "unban", userId });
    return c.body(null, 204);
  });
  api.openapi(ban, async (c) => {
    const { room, userId } = c.req.valid("param");
    const { reason } = c.req.valid("json");
    return c.json(await moderate(c, room, { type: "ban", userId, ...because(reason) }), 200);
  });
  api.openapi(kick, async (c) => {
    const { room, userId } = c.req.valid("param");
    const { reason } = c.req.valid("json");
    return c.json(await moderate(c, room, { type: "kick", userId, ...because(reason) }), 200);
  });
  api.openapi(purge, async (c) => {
    const { room, userId } = c.req.valid("param");
    const { reason } = c.req.valid("json");
    return c.json(await moderate(c, room, { type: "purge", userId, ...because(reason) }), 200);
  });
  api.openapi(restrictions, async (c) => {
    const { room } = c.req.valid("param");
    return c.json({ restrictions: await ask(c, ({ chatroom }) => chatroom.restrictions(c.var.identity, room)) }, 200);
  });
  api.openapi(log, async (c) => {
    const { room } = c.req.valid("param");
    const { before = Number.MAX_SAFE_INTEGER, limit = limits.PAGE_DEFAULT } = c.req.valid("query");
    return c.json(await ask(c, ({ chatroom }) => chatroom.moderationLog(c.var.identity, room, before, limit)), 200);
  });
}

function moderate(c: GatewayContext, room: string, act: ModerationAct): Promise<ModeratedValue> {
  return ask(c, ({ chatroom }) => chatroom.moderate(c.var.identity, room, act));
}

function because(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}
