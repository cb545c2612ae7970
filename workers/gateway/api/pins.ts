import { createRoute, z } from "@hono/zod-openapi";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { idIn, RoomEvent, SendHeaders, Sent } from "./message-schemas.ts";
import { signedIn } from "./middleware.ts";
import { json, problems } from "./responses.ts";
import { messageSeqText, Person, roomName } from "./schemas.ts";

const secured = { tags: ["Messages"], security: [{ bearer: [] }], middleware: [signedIn] };
const one = { path: "/api/v1/rooms/{room}/pins/{seq}" } as const;
const request = { params: z.object({ room: roomName, seq: messageSeqText }), headers: SendHeaders };
const responses = {
  200: json(Sent, "It is in the log; a duplicate when it was made before or changes nothing."),
  ...problems(401, 403, 404, 409, 507),
};

const Pin = z
  .object({ by: Person, at: z.number().int(), message: RoomEvent })
  .openapi("Pin", { description: "Who pinned a message and when, and the message as it reads now." });

const list = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/rooms/{room}/pins",
  summary: "What is pinned, the newest pin first",
  request: { params: z.object({ room: roomName }) },
  responses: { 200: json(z.object({ pins: z.array(Pin).readonly() }), "Pins."), ...problems(401, 403, 404) },
});

const pin = createRoute({ ...secured, ...one, method: "put", summary: "Pin a message", request, responses });
const unpin = createRoute({ ...secured, ...one, method: "delete", summary: "Take a pin down", request, responses });

/** Pinned messages of a room. */
export function addPins(api: Api): void {
  api.openapi(list, async (c) => {
    const { room } = c.req.valid("param");
    return c.json({ pins: await ask(c, ({ chat }) => chat.pins(c.var.identity, room)) }, 200);
  });
  api.openapi(pin, async (c) => {
    const { room, seq } = c.req.valid("param");
    const change = { type: "pin", seq, on: true, ...idIn(c.req.valid("header")) } as const;
    return c.json(await ask(c, ({ chat }) => chat.change(c.var.identity, room, change)), 200);
  });
  api.openapi(unpin, async (c) => {
    const { room, seq } = c.req.valid("param");
    const change = { type: "pin", seq, on: false, ...idIn(c.req.valid("header")) } as const;
    return c.json(await ask(c, ({ chat }) => chat.change(c.var.identity, room, change)), 200);
  });
}
