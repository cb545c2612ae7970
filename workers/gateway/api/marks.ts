import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { jsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { pageLimit, roomName, seq, seqText } from "./schemas.ts";

const secured = { tags: ["Messages"], security: [{ bearer: [] }], middleware: [signedIn] };
const marks = { path: "/api/v1/rooms/{room}/marks" } as const;
const params = z.object({ room: roomName });

const Marks = z.object({ id: seq, read: seq, delivered: seq }).openapi("Marks", {
  description: "The newest seq that a user has read, and the newest that a client of the user has.",
});
const MarkPage = z.object({ marks: z.array(Marks).readonly(), more: z.boolean() }).openapi("MarkPage");

const read = createRoute({
  ...secured,
  ...marks,
  method: "put",
  summary: "Say how far you have read",
  middleware: [signedIn, jsonBody()],
  request: { params, body: jsonBodyOf(z.strictObject({ read: seq })) },
  responses: { 200: json(Marks, "Your marks: they move forward only."), ...problems(401, 403, 404, 413, 415) },
});

const list = createRoute({
  ...secured,
  ...marks,
  method: "get",
  summary: "How far people got and read, but for those who do not show it",
  request: {
    params,
    query: z.object({
      after: seqText.optional().openapi({ description: "The last id of the page before." }),
      limit: pageLimit.optional(),
    }),
  },
  responses: { 200: json(MarkPage, "Marks, ordered by user id."), ...problems(401, 403, 404) },
});

/** Delivered and read marks. */
export function addMarks(api: Api): void {
  api.openapi(read, async (c) => {
    const { room } = c.req.valid("param");
    const { read: seq } = c.req.valid("json");
    return c.json(await ask(c, ({ chat }) => chat.read(c.var.identity, room, seq)), 200);
  });
  api.openapi(list, async (c) => {
    const { room } = c.req.valid("param");
    const { after = 0, limit = limits.PAGE_DEFAULT } = c.req.valid("query");
    return c.json(await ask(c, ({ chat }) => chat.marks(c.var.identity, room, after, limit)), 200);
  });
}
