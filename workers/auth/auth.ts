import { describeError, log } from "../../contracts/log.ts";
import { report } from "../../contracts/metrics.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { AuthService } from "../../contracts/services.ts";
import { createUsers, importUsers, makeAdmin } from "./administration.ts";
import { type AuthEnv, readAuthContext } from "./auth-env.ts";
import { block, blocks } from "./blocks.ts";
import { accountData, eraseUser } from "./erase-user.ts";
import { liveSessions } from "./live-sessions.ts";
import { changePassword, checkAuth, endSession, endSessions, sessions } from "./own-sessions.ts";
import { preferences, setPreferences } from "./own-wishes.ts";
import { removeUser } from "./remove-user.ts";
import { createUser, login, register } from "./sign-in.ts";
import { suspend } from "./suspend.ts";

export type { AuthEnv };

/** Accounts and sessions. Its promises never reject: an object that does not answer is `unavailable`. [AC12] */
export function createAuth(env: AuthEnv): AuthService {
  const context = readAuthContext(env);
  return {
    register: (credentials) => guard("register", () => register(context, credentials)),
    login: (credentials) => guard("login", () => login(context, credentials)),
    checkAuth: (identity) => guard("checkAuth", () => checkAuth(context, identity)),
    sessions: (identity) => guard("sessions", () => sessions(context, identity)),
    endSession: (identity, sessionId) => guard("endSession", () => endSession(context, identity, sessionId)),
    endSessions: (identity) => guard("endSessions", () => endSessions(context, identity)),
    changePassword: (identity, current, credentials) =>
      guard("changePassword", () => changePassword(context, identity, current, credentials)),
    createUser: (credentials) => guard("createUser", () => createUser(context, credentials)),
    removeUser: (identity, userName) => guard("removeUser", () => removeUser(context, identity, userName)),
    liveSessions: (identity) => guard("liveSessions", () => liveSessions(context, identity)),
    createUsers: (identity, userNames, password) =>
      guard("createUsers", () => createUsers(context, identity, userNames, password)),
    importUsers: (identity, accounts) => guard("importUsers", () => importUsers(context, identity, accounts)),
    makeAdmin: (identity, userName) => guard("makeAdmin", () => makeAdmin(context, identity, userName)),
    preferences: (identity) => guard("preferences", () => preferences(context, identity)),
    setPreferences: (identity, patch) => guard("setPreferences", () => setPreferences(context, identity, patch)),
    blocks: (identity) => guard("blocks", () => blocks(context, identity)),
    block: (identity, userId, on) => guard("block", () => block(context, identity, userId, on)),
    suspend: (identity, userName, on) => guard("suspend", () => suspend(context, identity, userName, on)),
    eraseUser: (identity, userName, password, address) =>
      guard("eraseUser", () => eraseUser(context, identity, userName, password, address)),
    accountData: (identity) => guard("accountData", () => accountData(context, identity)),
    metrics: async () => report(Date.now()),
  };
}

async function guard<T>(act: string, work: () => Promise<Reply<T>>): Promise<Reply<T>> {
  try {
    return await work();
  } catch (error) {
    log("error", "auth failed", { act, error: describeError(error) });
    return fail("unavailable");
  }
}
