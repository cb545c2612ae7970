import { createRoute, z } from "@hono/zod-openapi";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { signedIn } from "./middleware.ts";
import { json, problems } from "./responses.ts";
import { Person, userIdText } from "./schemas.ts";

const secured = { tags: ["Blocks"], security: [{ bearer: [] }], middleware: [signedIn] };
const one = { path: "/api/v1/blocks/{userId}", request: { params: z.object({ userId: userIdText }) } } as const;

const list = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/blocks",
  summary: "Whom you blocked",
  responses: { 200: json(z.object({ users: z.array(Person).readonly() }), "Users, by id."), ...problems(401) },
});

const block = createRoute({
  ...secured,
  ...one,
  method: "put",
  summary: "Let a user's direct messages and mentions not reach you",
  responses: { 204: { description: "Blocked." }, ...problems(401, 404, 409) },
});

const unblock = createRoute({
  ...secured,
  ...one,
  method: "delete",
  summary: "Take a block back",
  responses: { 204: { description: "Not blocked." }, ...problems(401) },
});

/** Whose words do not reach the caller. */
export function addBlocks(api: Api): void {
  api.openapi(list, async (c) => c.json({ users: await ask(c, ({ auth }) => auth.blocks(c.var.identity)) }, 200));
  api.openapi(block, async (c) => {
    const { userId } = c.req.valid("param");
    await ask(c, ({ auth }) => auth.block(c.var.identity, userId, true));
    return c.body(null, 204);
  });
  api.openapi(unblock, async (c) => {
    const { userId } = c.req.valid("param");
    await ask(c, ({ auth }) => auth.block(c.var.identity, userId, false));
    return c.body(null, 204);
  });
}
