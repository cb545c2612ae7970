export { AttemptObject } from "../../durable-objects/attempt/attempt-object.ts";
export { DirectoryObject } from "../../durable-objects/directory/directory-object.ts";
export { RosterObject } from "../../durable-objects/roster/roster-object.ts";
export { UserObject } from "../../durable-objects/user/user-object.ts";

import { WorkerEntrypoint } from "cloudflare:workers";
import type { Identity } from "../../contracts/identity.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import type { AuthService, BulkAccount, Credentials, Preferences } from "../../contracts/services.ts";
import { type AuthEnv, createAuth } from "./auth.ts";

/** The auth service as a worker of its own: what is not declared in contracts/services.ts cannot be called. [SV1] */
export default class Auth extends WorkerEntrypoint<AuthEnv> implements AuthService {
  static {
    receiveCalls(Auth.prototype, { service: "auth" });
  }
  readonly #auth = createAuth(this.env);

  register(credentials: Credentials) {
    return this.#auth.register(credentials);
  }
  login(credentials: Credentials) {
    return this.#auth.login(credentials);
  }
  checkAuth(identity: Identity) {
    return this.#auth.checkAuth(identity);
  }
  sessions(identity: Identity) {
    return this.#auth.sessions(identity);
  }
  endSession(identity: Identity, sessionId: string) {
    return this.#auth.endSession(identity, sessionId);
  }
  endSessions(identity: Identity) {
    return this.#auth.endSessions(identity);
  }
  changePassword(identity: Identity, current: string, credentials: Credentials) {
    return this.#auth.changePassword(identity, current, credentials);
  }
  createUser(credentials: Credentials) {
    return this.#auth.createUser(credentials);
  }
  removeUser(identity: Identity, userName: string) {
    return this.#auth.removeUser(identity, userName);
  }
  liveSessions(identity: Identity) {
    return this.#auth.liveSessions(identity);
  }
  createUsers(identity: Identity, userNames: readonly string[], password: string) {
    return this.#auth.createUsers(identity, userNames, password);
  }
  importUsers(identity: Identity, accounts: readonly BulkAccount[]) {
    return this.#auth.importUsers(identity, accounts);
  }
  makeAdmin(identity: Identity, userName: string) {
    return this.#auth.makeAdmin(identity, userName);
  }
  preferences(identity: Identity) {
    return this.#auth.preferences(identity);
  }
  setPreferences(identity: Identity, patch: Partial<Preferences>) {
    return this.#auth.setPreferences(identity, patch);
  }
  blocks(identity: Identity) {
    return this.#auth.blocks(identity);
  }
  block(identity: Identity, userId: number, on: boolean) {
    return this.#auth.block(identity, userId, on);
  }
  suspend(identity: Identity, userName: string, on: boolean) {
    return this.#auth.suspend(identity, userName, on);
  }
  eraseUser(identity: Identity, userName: string, password: string | null, address?: string) {
    return this.#auth.eraseUser(identity, userName, password, address);
  }
  accountData(identity: Identity) {
    return this.#auth.accountData(identity);
  }
  metrics() {
    return this.#auth.metrics();
  }
}
