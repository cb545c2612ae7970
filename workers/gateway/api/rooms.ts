import { createRoute, z } from "@hono/zod-openapi";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { jsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { RoomDescription, roomName, Visibility } from "./schemas.ts";

const create = createRoute({
  method: "post",
  path: "/api/v1/rooms",
  tags: ["Rooms"],
  summary: "Create a named room",
  security: [{ bearer: [] }],
  middleware: [signedIn, jsonBody()],
  request: { body: jsonBodyOf(z.object({ name: roomName, visibility: Visibility.default("unlisted") })) },
  responses: {
    201: { ...json(RoomDescription, "The room; you own it."), headers: z.object({ Location: z.string() }) },
    ...problems(401, 403, 409, 413, 415),
  },
});

const describe = createRoute({
  method: "get",
  path: "/api/v1/rooms/{room}",
  tags: ["Rooms"],
  summary: "A room that you may read",
  security: [{ bearer: [] }],
  middleware: [signedIn],
  request: { params: z.object({ room: roomName }) },
  responses: { 200: json(RoomDescription, "The room."), ...problems(401, 403, 404) },
});

/** Rooms: create one, look at one. */
export function addRooms(api: Api): void {
  api.openapi(create, async (c) => {
    const { name, visibility } = c.req.valid("json");
    const room = await ask(c, ({ chatroom }) => chatroom.create(c.var.identity, name, visibility));
    c.header("location", `/api/v1/rooms/${encodeURIComponent(name)}`);
    return c.json(room, 201);
  });
  api.openapi(describe, async (c) => {
    const { room } = c.req.valid("param");
    return c.json(await ask(c, ({ chatroom }) => chatroom.describe(c.var.identity, room)), 200);
  });
}
