import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import type { Ended as EndedReply } from "../../../contracts/services.ts";
import { ask } from "../ask.ts";
import { toCredentials } from "../sign-in.ts";
import type { Api } from "./api-app.ts";
import { jsonBody, signedIn, signedInOrOperator } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { Ended, password, userName } from "./schemas.ts";

const security = [{ bearer: [] }];
const erased = json(Ended, "The account is gone; `pending` places are told until they have forgotten the user too.");

const eraseMe = createRoute({
  tags: ["Rights"],
  security,
  middleware: [signedIn, jsonBody()],
  method: "delete",
  path: "/api/v1/accounts/me",
  summary: "Erase yourself: your account, your texts and your name, in every room. This cannot be undone",
  request: { body: jsonBodyOf(z.strictObject({ password })) },
  responses: { 200: erased, ...problems(401, 413, 415) },
});

const eraseUser = createRoute({
  tags: ["Administration"],
  security,
  middleware: [signedInOrOperator],
  method: "delete",
  path: "/api/v1/admin/users/{name}",
  summary: "Erase a user: the account, texts and name, in every room. This cannot be undone",
  request: { params: z.object({ name: userName }) },
  responses: { 200: erased, ...problems(401, 403, 404) },
});

/** Erasure of accounts and of everything that they left. */
export function addErasure(api: Api): void {
  api.openapi(eraseMe, async (c) => {
    const { password } = c.req.valid("json");
    const { address } = toCredentials(c, "", password);
    const erase = ask(
      c,
      ({ auth }) => auth.eraseUser(c.var.identity, "", password, address),
      limits.PASSWORD_WAIT_MS_MAX,
    );
    return c.json(toEnded(await erase), 200);
  });
  api.openapi(eraseUser, async (c) => {
    const { name } = c.req.valid("param");
    return c.json(toEnded(await ask(c, ({ auth }) => auth.eraseUser(c.var.identity, name, null))), 200);
  });
}

function toEnded({ sessions, closed, pending }: EndedReply) {
  return { sessions, closed, pending };
}
