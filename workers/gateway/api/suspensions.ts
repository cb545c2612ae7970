import { createRoute, z } from "@hono/zod-openapi";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { signedInOrOperator } from "./middleware.ts";
import { json, problems } from "./responses.ts";
import { Ended, userName } from "./schemas.ts";

const secured = { tags: ["Administration"], security: [{ bearer: [] }], middleware: [signedInOrOperator] };
const one = {
  path: "/api/v1/admin/suspensions/{name}",
  request: { params: z.object({ name: userName }) },
} as const;

const suspend = createRoute({
  ...secured,
  ...one,
  method: "put",
  summary: "Suspend an account: every session ends, and none begins",
  responses: { 200: json(Ended, "What ended."), ...problems(401, 403, 404, 409) },
});

const lift = createRoute({
  ...secured,
  ...one,
  method: "delete",
  summary: "Let a suspended account sign in again",
  responses: { 204: { description: "Not suspended." }, ...problems(401, 403, 404) },
});

/** Accounts that are kept and may not be used; the service decides who may say so. */
export function addSuspensions(api: Api): void {
  api.openapi(suspend, async (c) => {
    const { name } = c.req.valid("param");
    return c.json(await ask(c, ({ auth }) => auth.suspend(c.var.identity, name, true)), 200);
  });
  api.openapi(lift, async (c) => {
    const { name } = c.req.valid("param");
    await ask(c, ({ auth }) => auth.suspend(c.var.identity, name, false));
    return c.body(null, 204);
  });
}
