import type { ServiceImpl } from "@connectrpc/connect";
import type { LoginService } from "../../../contracts/gen/auth_pb.ts";
import { limits } from "../../../contracts/limits.ts";
import { fail, isReply } from "../../../contracts/reply.ts";
import { parseFilled } from "../../../contracts/rpc-fields.ts";
import type { Credentials, LiveSession } from "../../../contracts/services.ts";
import { parseToken } from "../../../contracts/token.ts";
import { ask, reach } from "../ask.ts";
import type { GatewayContext } from "../context.ts";
import { unwrap } from "../refused.ts";
import { parsePassword, toCredentials } from "../sign-in.ts";
import { callOf, signedInOrOperator } from "./call.ts";

type Account = { readonly username: string; readonly password: string };

/** auth.LoginService: accounts and sessions. [RP3] */
export const loginService: ServiceImpl<typeof LoginService> = {
  async login(request, { values }) {
    const { c } = callOf(values);
    const credentials = readCredentials(c, request);
    const login = await reach(c, ({ auth }) => auth.login(credentials), isReply, limits.PASSWORD_WAIT_MS_MAX);
    // A name that nobody can have is a pair that nobody has.
    const { token, user } = unwrap(!login.ok && login.failure === "badRequest" ? fail("credentials") : login);
    c.set("userId", user.id);
    return { credential: token };
  },
  async validate({ credential }, { values }) {
    const { c } = callOf(values);
    const identity = parseToken(unwrap(parseFilled("credential", credential)), c.env.config.tokenKeys, Date.now());
    if (!identity.ok) return { valid: false };
    const user = await reach(c, ({ auth }) => auth.checkAuth(identity.value), isReply);
    // Dead is an answer; a service that did not answer is none.
    if (!user.ok && user.failure === "session") return { valid: false };
    return { valid: true, username: unwrap(user).name };
  },
  async addUser(request, { values }) {
    const { c } = callOf(values);
    const credentials = readCredentials(c, request);
    await ask(c, ({ auth }) => auth.createUser(credentials), limits.PASSWORD_WAIT_MS_MAX);
    return { ok: true };
  },
  async removeUser({ username }, context) {
    const { c, identity } = signedInOrOperator(context);
    const name = unwrap(parseFilled("username", username));
    return { ok: await ask(c, ({ auth }) => auth.removeUser(identity, name)) };
  },
  async whoIsLoggedIn(_request, context) {
    const { c, identity } = signedInOrOperator(context);
    const sessions = await ask(c, ({ auth }) => auth.liveSessions(identity));
    return { sessions: sessions.map(toSessionInfo) };
  },
};

function toSessionInfo({ userName, sessionIdStart, expiresAtMs }: LiveSession) {
  return {
    username: userName,
    credential: `${sessionIdStart}…`,
    expiresAtIso: new Date(expiresAtMs).toISOString(),
  };
}

function readCredentials(c: GatewayContext, { username, password }: Account): Credentials {
  const name = unwrap(parseFilled("username", username));
  return toCredentials(c, name, unwrap(parsePassword(unwrap(parseFilled("password", password)), 1)));
}
