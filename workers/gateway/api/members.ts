import { createRoute, z } from "@hono/zod-openapi";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { optionalJsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { GrantedRole, Member, roomName, userIdText } from "./schemas.ts";

const secured = { tags: ["Rooms"], security: [{ bearer: [] }], middleware: [signedIn] };
const one = { path: "/api/v1/rooms/{room}/members/{userId}" } as const;
const params = z.object({ room: roomName, userId: userIdText });

const list = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/rooms/{room}/members",
  summary: "Who belongs to a room",
  request: { params: z.object({ room: roomName }) },
  responses: { 200: json(z.object({ members: z.array(Member).readonly() }), "Members."), ...problems(401, 403, 404) },
});

const add = createRoute({
  ...secured,
  ...one,
  method: "put",
  summary: "Make a user a member, if you may invite; with a role, which only the owner gives, it has that afterwards",
  middleware: [signedIn, optionalJsonBody],
  request: { params, body: { ...jsonBodyOf(z.strictObject({ role: GrantedRole.optional() })), required: false } },
  responses: { 200: json(Member, "The member, new or not."), ...problems(401, 403, 404, 409, 413, 415) },
});

const remove = createRoute({
  ...secured,
  ...one,
  method: "delete",
  summary: "Remove a member, or leave",
  request: { params },
  responses: { 204: { description: "The user is no member." }, ...problems(401, 403, 404, 409) },
});

/** Membership of named rooms. */
export function addMembers(api: Api): void {
  api.openapi(list, async (c) => {
    const { room } = c.req.valid("param");
    return c.json({ members: await ask(c, ({ chatroom }) => chatroom.members(c.var.identity, room)) }, 200);
  });
  api.openapi(add, async (c) => {
    const { room, userId } = c.req.valid("param");
    const { role } = c.req.valid("json");
    return c.json(await ask(c, ({ chatroom }) => chatroom.addMember(c.var.identity, room, userId, role)), 200);
  });
  api.openapi(remove, async (c) => {
    const { room, userId } = c.req.valid("param");
    await ask(c, ({ chatroom }) => chatroom.removeMember(c.var.identity, room, userId));
    return c.body(null, 204);
  });
}
