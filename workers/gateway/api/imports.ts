import { createRoute, z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { limits } from "../../../contracts/limits.ts";
import { fail } from "../../../contracts/reply.ts";
import type { AppEnv } from "../context.ts";
import { Refused } from "../refused.ts";
import { importRoom } from "../rights/import-room.ts";
import { NDJSON } from "../rights/ndjson.ts";
import type { Api } from "./api-app.ts";
import { signedIn } from "./middleware.ts";
import { json, problems } from "./responses.ts";
import { RoomDescription, roomName } from "./schemas.ts";

/** Refuses what is not lines of JSON by its content type, and a length that is declared too large unread. */
const lines = createMiddleware<AppEnv>(async (c, next) => {
  const mediaType = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== NDJSON) throw new Refused(fail("unsupportedMediaType", `send ${NDJSON}`));
  if (Number(c.req.header("content-length")) > limits.IMPORT_BYTES_MAX) {
    throw new Refused(fail("tooLarge", `an import has at most ${limits.IMPORT_BYTES_MAX} bytes`));
  }
  await next();
});

const create = createRoute({
  tags: ["Rights"],
  security: [{ bearer: [] }],
  middleware: [signedIn, lines],
  method: "post",
  path: "/api/v1/imports",
  summary: "Make a new room of a room's export; you own it",
  request: {
    query: z.object({
      room: roomName.openapi({ description: "The new room's name." }),
      authors: z.enum(["keep"]).optional().openapi({
        description: "Administrators: keep the ids of authors. Without it everybody but you gets an id below 0.",
      }),
    }),
    body: { required: true, content: { [NDJSON]: { schema: z.string() } } },
  },
  responses: {
    201: {
      ...json(RoomDescription, "The room, with the seqs and times of the export and an epoch of its own."),
      headers: z.object({ Location: z.string() }),
    },
    ...problems(401, 403, 404, 409, 413, 415, 507),
  },
});

/** The way back of a room's export. */
export function addImports(api: Api): void {
  api.openapi(create, async (c) => {
    const { room, authors } = c.req.valid("query");
    const imported = await importRoom(c, room, authors === "keep");
    c.header("location", `/api/v1/rooms/${encodeURIComponent(room)}`);
    return c.json(imported, 201);
  });
}
