import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import type { Session, SignedIn as SignedInReply } from "../../../contracts/services.ts";
import { ask } from "../ask.ts";
import { toCredentials } from "../sign-in.ts";
import type { Api } from "./api-app.ts";
import { jsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { Ended, Me, newPassword, password, SignedIn, userName } from "./schemas.ts";

const register = createRoute({
  method: "post",
  path: "/api/v1/accounts",
  tags: ["Accounts"],
  summary: "Create an account and sign in",
  middleware: [jsonBody()],
  request: { body: jsonBodyOf(z.object({ name: userName, password: newPassword })) },
  responses: { 201: json(SignedIn, "The account, and its first session."), ...problems(409, 413, 415) },
});

const me = createRoute({
  method: "get",
  path: "/api/v1/accounts/me",
  tags: ["Accounts"],
  summary: "Who you are",
  security: [{ bearer: [] }],
  middleware: [signedIn],
  responses: { 200: json(Me, "Your account."), ...problems(401) },
});

const changePassword = createRoute({
  method: "put",
  path: "/api/v1/accounts/me/password",
  tags: ["Accounts"],
  summary: "Change your password: every session ends, this answer holds a new one",
  security: [{ bearer: [] }],
  middleware: [signedIn, jsonBody()],
  request: { body: jsonBodyOf(z.object({ currentPassword: password, newPassword })) },
  responses: { 200: json(SignedIn.extend({ ended: Ended }), "The new session."), ...problems(401, 413, 415) },
});

/** Accounts: create one, see your own, change your password. */
export function addAccounts(api: Api): void {
  api.openapi(register, async (c) => {
    const { name, password } = c.req.valid("json");
    const credentials = toCredentials(c, name, password);
    const begun = await ask(c, ({ auth }) => auth.register(credentials), limits.PASSWORD_WAIT_MS_MAX);
    c.set("userId", begun.user.id);
    return c.json(toSignedIn(begun), 201);
  });
  api.openapi(me, async (c) => {
    const { id, name, admin } = await ask(c, ({ auth }) => auth.checkAuth(c.var.identity));
    return c.json({ id, name, admin }, 200);
  });
  api.openapi(changePassword, async (c) => {
    const { currentPassword, newPassword } = c.req.valid("json");
    // The identity says whose password it is: no name is needed.
    const credentials = toCredentials(c, "", newPassword);
    const changed = await ask(
      c,
      ({ auth }) => auth.changePassword(c.var.identity, currentPassword, credentials),
      limits.PASSWORD_WAIT_MS_MAX,
    );
    const { sessions, closed, pending } = changed;
    return c.json({ ...toSignedIn(changed), ended: { sessions, closed, pending } }, 200);
  });
}

/** A session that just began, in the API's shape. */
export function toSignedIn({ user, token, session }: SignedInReply) {
  return { user: { id: user.id, name: user.name }, token, session: toSession(session) };
}

/** A session with its times in ISO 8601. */
export function toSession({ id, createdAtMs, expiresAtMs, label }: Session) {
  return {
    id,
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
    label,
  };
}
