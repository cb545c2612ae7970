import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { optionalJsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { Invitation, NewInvitation, toInvitation } from "./room-schemas.ts";
import { RoomDescription, roomName } from "./schemas.ts";

const secured = { tags: ["Rooms"], security: [{ bearer: [] }], middleware: [signedIn] };
const params = z.object({ room: roomName });
const invitations = { path: "/api/v1/rooms/{room}/invitations" } as const;
const TEXT_CHARS_MAX = 64;
const base64url = /^[\w-]+$/;

const Joining = z.strictObject({
  invitation: z.string().max(TEXT_CHARS_MAX).optional().openapi({ description: "The token of an invitation." }),
});
const Terms = z.strictObject({
  expiresInSeconds: z
    .number()
    .int()
    .min(1)
    .max(limits.INVITATION_SECONDS_MAX)
    .nullable()
    .optional()
    .openapi({ default: limits.INVITATION_SECONDS_DEFAULT, description: "Null: it does not expire." }),
  uses: z
    .number()
    .int()
    .min(1)
    .max(limits.INVITATION_USES_MAX)
    .nullable()
    .optional()
    .openapi({ default: null, description: "How many people may join with it; null for as many as like." }),
});

const join = createRoute({
  ...secured,
  method: "post",
  path: "/api/v1/rooms/{room}/join",
  summary: "Become a member: of a private room with an invitation, of any other without",
  middleware: [signedIn, optionalJsonBody],
  request: { params, body: { ...jsonBodyOf(Joining), required: false } },
  responses: { 200: json(RoomDescription, "The room; you are a member."), ...problems(401, 403, 404, 409, 413, 415) },
});

const leave = createRoute({
  ...secured,
  method: "post",
  path: "/api/v1/rooms/{room}/leave",
  summary: "Stop being a member; the owner stays",
  request: { params },
  responses: { 204: { description: "You are no member any more." }, ...problems(401, 403, 404, 409) },
});

const invite = createRoute({
  ...secured,
  ...invitations,
  method: "post",
  summary: "Make an invitation, as far as the room lets you",
  middleware: [signedIn, optionalJsonBody],
  request: { params, body: { ...jsonBodyOf(Terms), required: false } },
  responses: {
    201: json(NewInvitation, "The invitation, with its token."),
    ...problems(401, 403, 404, 409, 413, 415),
  },
});

const list = createRoute({
  ...secured,
  ...invitations,
  method: "get",
  summary: "The invitations that are good: all for owner and moderators, your own if you may invite",
  request: { params },
  responses: {
    200: json(z.object({ invitations: z.array(Invitation).readonly() }), "Invitations, the oldest first."),
    ...problems(401, 403, 404),
  },
});

const revoke = createRoute({
  ...secured,
  method: "delete",
  path: "/api/v1/rooms/{room}/invitations/{id}",
  summary: "Take an invitation back: your own, or any as owner or moderator",
  request: {
    params: params.extend({ id: z.string().max(TEXT_CHARS_MAX).regex(base64url, "an invitation's id") }),
  },
  responses: { 204: { description: "It lets nobody in any more." }, ...problems(401, 403, 404) },
});

/** Ways into a room and out of it. */
export function addDoors(api: Api): void {
  api.openapi(join, async (c) => {
    const { room } = c.req.valid("param");
    const { invitation = null } = c.req.valid("json");
    return c.json(await ask(c, ({ chatroom }) => chatroom.join(c.var.identity, room, invitation)), 200);
  });
  api.openapi(leave, async (c) => {
    const { room } = c.req.valid("param");
    const { identity } = c.var;
    await ask(c, ({ chatroom }) => chatroom.removeMember(identity, room, identity.userId));
    return c.body(null, 204);
  });
  api.openapi(invite, async (c) => {
    const { room } = c.req.valid("param");
    const { uses = null, expiresInSeconds = limits.INVITATION_SECONDS_DEFAULT } = c.req.valid("json");
    const expiresAtMs = expiresInSeconds === null ? null : Date.now() + expiresInSeconds * 1_000;
    const made = await ask(c, ({ chatroom }) => chatroom.invite(c.var.identity, room, { uses, expiresAtMs }));
    const { token, ...invitation } = made;
    return c.json({ ...toInvitation(invitation), token }, 201);
  });
  api.openapi(list, async (c) => {
    const { room } = c.req.valid("param");
    const all = await ask(c, ({ chatroom }) => chatroom.invitations(c.var.identity, room));
    return c.json({ invitations: all.map(toInvitation) }, 200);
  });
  api.openapi(revoke, async (c) => {
    const { room, id } = c.req.valid("param");
    await ask(c, ({ chatroom }) => chatroom.revokeInvitation(c.var.identity, room, id));
    return c.body(null, 204);
  });
}
