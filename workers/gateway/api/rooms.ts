import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { fail } from "../../../contracts/reply.ts";
import { ask } from "../ask.ts";
import { Refused } from "../refused.ts";
import type { Api } from "./api-app.ts";
import { jsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { ProfileChange, ProfileFields, toPatch } from "./room-schemas.ts";
import { RoomDescription, roomName, userId, Visibility } from "./schemas.ts";

const secured = { tags: ["Rooms"], security: [{ bearer: [] }], middleware: [signedIn] };
const room = { path: "/api/v1/rooms/{room}" } as const;
const params = z.object({ room: roomName });

const NewRoom = ProfileFields.omit({ archived: true })
  .extend({
    name: roomName,
    visibility: Visibility.default("unlisted"),
    members: z.array(userId).max(limits.GROUP_MEMBERS_MAX).optional().openapi({
      description: "The ids of users who are members from the start, beside you.",
    }),
  })
  .strict();

const create = createRoute({
  ...secured,
  method: "post",
  path: "/api/v1/rooms",
  summary: "Create a named room",
  middleware: [signedIn, jsonBody()],
  request: { body: jsonBodyOf(NewRoom) },
  responses: {
    201: { ...json(RoomDescription, "The room; you own it."), headers: z.object({ Location: z.string() }) },
    ...problems(401, 403, 404, 409, 413, 415),
  },
});

const describe = createRoute({
  ...secured,
  ...room,
  method: "get",
  summary: "A room that you may read",
  request: { params },
  responses: { 200: json(RoomDescription, "The room."), ...problems(401, 403, 404) },
});

const configure = createRoute({
  ...secured,
  ...room,
  method: "patch",
  summary: "Change a room: title and topic as owner or moderator, the rest as its owner",
  middleware: [signedIn, jsonBody()],
  request: { params, body: jsonBodyOf(ProfileChange) },
  responses: { 200: json(RoomDescription, "The room as it is now."), ...problems(401, 403, 404, 413, 415) },
});

const remove = createRoute({
  ...secured,
  ...room,
  method: "delete",
  summary: "Delete a created room with everything in it, as its owner or an administrator",
  request: { params },
  responses: { 204: { description: "The room is gone." }, ...problems(401, 403, 404) },
});

/** Rooms: create one, look at one, change it, delete it. */
export function addRooms(api: Api): void {
  api.openapi(create, async (c) => {
    const { name, visibility, members, ...profile } = c.req.valid("json");
    const wishes = { ...toPatch(profile), ...(members === undefined ? {} : { memberIds: members }) };
    const made = await ask(c, ({ chatroom }) => chatroom.create(c.var.identity, name, visibility, wishes));
    c.header("location", `/api/v1/rooms/${encodeURIComponent(name)}`);
    return c.json(made, 201);
  });
  api.openapi(describe, async (c) => {
    const { room } = c.req.valid("param");
    return c.json(await ask(c, ({ chatroom }) => chatroom.describe(c.var.identity, room)), 200);
  });
  api.openapi(configure, async (c) => {
    const { room } = c.req.valid("param");
    const patch = toPatch(c.req.valid("json"));
    return c.json(await ask(c, ({ chatroom }) => chatroom.configure(c.var.identity, room, patch)), 200);
  });
  api.openapi(remove, async (c) => {
    const { room } = c.req.valid("param");
    const deleted = await ask(c, ({ chatroom }) => chatroom.delete(c.var.identity, room));
    if (!deleted) throw new Refused(fail("notFound", "there is no such room"));
    return c.body(null, 204);
  });
}
