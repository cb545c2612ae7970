import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import { ask } from "../ask.ts";
import type { Api } from "./api-app.ts";
import { jsonBody, signedInOrOperator } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { Person, password, seq, userName } from "./schemas.ts";

const tags = ["Administration"];
const security = [{ bearer: [] }];
const bulkBody = [signedInOrOperator, jsonBody(limits.BULK_REQUEST_BYTES_MAX)];
const BulkResult = z
  .object({ created: seq, refused: z.array(z.object({ userName: z.string(), message: z.string() })).readonly() })
  .openapi("BulkResult");

// One account that is wrong must not refuse its neighbours: names and hashes are judged one by one by the service.
const BulkAccount = z.object({ userName: z.string(), sha1: z.string().openapi({ example: "0".repeat(40) }) });

const createUsers = createRoute({
  tags,
  security,
  method: "post",
  path: "/api/v1/admin/users",
  summary: "Create accounts that share one password",
  middleware: bulkBody,
  request: {
    body: jsonBodyOf(z.object({ userNames: z.array(z.string()).min(1).max(limits.BULK_ACCOUNTS_MAX), password })),
  },
  responses: { 200: json(BulkResult, "How many are new, and what was refused."), ...problems(401, 403, 413, 415) },
});

const importUsers = createRoute({
  tags,
  security,
  method: "post",
  path: "/api/v1/admin/users/import",
  summary: "Create accounts from gochat's SHA-1 hashes",
  middleware: bulkBody,
  request: { body: jsonBodyOf(z.object({ accounts: z.array(BulkAccount).min(1).max(limits.BULK_ACCOUNTS_MAX) })) },
  responses: { 200: json(BulkResult, "How many are new, and what was refused."), ...problems(401, 403, 413, 415) },
});

const makeAdmin = createRoute({
  tags,
  security,
  method: "put",
  path: "/api/v1/admin/administrators/{name}",
  summary: "Make a user an administrator",
  middleware: [signedInOrOperator],
  request: { params: z.object({ name: userName }) },
  responses: { 200: json(Person, "The administrator."), ...problems(401, 403, 404) },
});

/** What only an administrator or the operator's command may do; the service decides who that is. */
export function addAdministration(api: Api): void {
  api.openapi(createUsers, async (c) => {
    const { userNames, password } = c.req.valid("json");
    return c.json(
      await ask(c, ({ auth }) => auth.createUsers(c.var.identity, userNames, password), limits.BULK_WAIT_MS_MAX),
      200,
    );
  });
  api.openapi(importUsers, async (c) => {
    const { accounts } = c.req.valid("json");
    return c.json(await ask(c, ({ auth }) => auth.importUsers(c.var.identity, accounts), limits.BULK_WAIT_MS_MAX), 200);
  });
  api.openapi(makeAdmin, async (c) => {
    const { id, name } = await ask(c, ({ auth }) => auth.makeAdmin(c.var.identity, c.req.valid("param").name));
    return c.json({ id, name }, 200);
  });
}
