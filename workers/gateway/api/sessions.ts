import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import type { Ended as EndedReply } from "../../../contracts/services.ts";
import { ask } from "../ask.ts";
import { toCredentials } from "../sign-in.ts";
import { toSession, toSignedIn } from "./accounts.ts";
import type { Api } from "./api-app.ts";
import { jsonBody, signedIn } from "./middleware.ts";
import { json, jsonBodyOf, problems } from "./responses.ts";
import { Ended, password, Session, SignedIn, userName } from "./schemas.ts";

const secured = { tags: ["Sessions"], security: [{ bearer: [] }], middleware: [signedIn] };

const login = createRoute({
  method: "post",
  path: "/api/v1/sessions",
  tags: ["Sessions"],
  summary: "Sign in",
  middleware: [jsonBody()],
  request: { body: jsonBodyOf(z.object({ name: userName, password })) },
  responses: { 201: json(SignedIn, "The new session."), ...problems(401, 403, 413, 415) },
});

const list = createRoute({
  ...secured,
  method: "get",
  path: "/api/v1/sessions",
  summary: "Your live sessions",
  responses: {
    200: json(z.object({ sessions: z.array(Session.extend({ current: z.boolean() })) }), "Your sessions."),
    ...problems(401),
  },
});

const endAll = createRoute({
  ...secured,
  method: "delete",
  path: "/api/v1/sessions",
  summary: "Sign out everywhere",
  responses: { 200: json(Ended, "What ended."), ...problems(401) },
});

const endOne = createRoute({
  ...secured,
  method: "delete",
  path: "/api/v1/sessions/{sessionId}",
  summary: "End one session",
  request: {
    params: z.object({
      sessionId: z
        .string()
        .regex(/^(current|[0-9a-f]{32})$/, "a session's id, or current")
        .openapi({ example: "current" }),
    }),
  },
  responses: { 200: json(Ended, "What ended."), ...problems(401, 404) },
});

/** Sessions: sign in, list, end one, end all. */
export function addSessions(api: Api): void {
  api.openapi(login, async (c) => {
    const { name, password } = c.req.valid("json");
    const credentials = toCredentials(c, name, password);
    const begun = await ask(c, ({ auth }) => auth.login(credentials), limits.PASSWORD_WAIT_MS_MAX);
    c.set("userId", begun.user.id);
    return c.json(toSignedIn(begun), 201);
  });
  api.openapi(list, async (c) => {
    const { identity } = c.var;
    const sessions = await ask(c, ({ auth }) => auth.sessions(identity));
    const marked = sessions.map((session) => ({ ...toSession(session), current: session.id === identity.sessionId }));
    return c.json({ sessions: marked }, 200);
  });
  api.openapi(endAll, async (c) => {
    return c.json(toEnded(await ask(c, ({ auth }) => auth.endSessions(c.var.identity))), 200);
  });
  api.openapi(endOne, async (c) => {
    const { sessionId } = c.req.valid("param");
    return c.json(toEnded(await ask(c, ({ auth }) => auth.endSession(c.var.identity, sessionId))), 200);
  });
}

function toEnded({ sessions, closed, pending }: EndedReply) {
  return { sessions, closed, pending };
}
