import type { Hono } from "hono";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Credentials } from "../../../contracts/services.ts";
import { ask } from "../ask.ts";
import type { AppEnv, GatewayContext } from "../context.ts";
import { unwrap } from "../refused.ts";
import { identify, toCredentials } from "../sign-in.ts";
import { parseAccount, parseAuthToken, readFields } from "./bodies.ts";
import { toEnvelope } from "./envelope.ts";

/** gochat's accounts: register, login, checkAuth, logout. */
export function addUserRoutes(app: Hono<AppEnv>): void {
  app.post("/user/register", async (c) => {
    const credentials = await readCredentials(c);
    const { token, user } = await ask(c, ({ auth }) => auth.register(credentials), limits.PASSWORD_WAIT_MS_MAX);
    c.set("userId", user.id);
    return toEnvelope(c, "register success", token);
  });
  app.post("/user/login", async (c) => {
    const credentials = await readCredentials(c);
    const { token, user } = await ask(c, ({ auth }) => auth.login(credentials), limits.PASSWORD_WAIT_MS_MAX);
    c.set("userId", user.id);
    return toEnvelope(c, "login success", token);
  });
  app.post("/user/checkAuth", async (c) => {
    const identity = await readIdentity(c);
    const { id, name } = await ask(c, ({ auth }) => auth.checkAuth(identity));
    return toEnvelope(c, "auth success", { userId: id, userName: name });
  });
  app.post("/user/logout", async (c) => {
    const identity = await readIdentity(c);
    await ask(c, ({ auth }) => auth.endSession(identity, "current"));
    return toEnvelope(c, "logout ok!", null);
  });
}

async function readCredentials(c: GatewayContext): Promise<Credentials> {
  const { userName, password } = unwrap(parseAccount(await readFields(c)));
  return toCredentials(c, userName, password);
}

async function readIdentity(c: GatewayContext): Promise<Identity> {
  return identify(c, unwrap(parseAuthToken(await readFields(c))));
}
