import http from "k6/http";
import { type Ask, askTogether } from "./ask-together.ts";
import { ensureOwnScenarios } from "./own-scenarios.ts";
import { target } from "./target.ts";

/** Somebody whom setup() registered. Virtual users share them when there are more of those. */
export type LoadUser = {
  readonly name: string;
  readonly password: string;
  readonly token: string;
  readonly userId: number;
};

/** Every load user's. */
export const PASSWORD = "correct horse";
/** So many requests of setup() are under way at once. */
const AT_ONCE = 8;

/**
 * Registers so many new users, for setup(). Waits where the edge asks to, takes another name when one is taken, and
 * throws with what to do when the edge is not there or refuses for good.
 */
export function registerUsers(count: number): LoadUser[] {
  reachEdge();
  const users: LoadUser[] = [];
  while (users.length < count) users.push(...registerSome(Math.min(AT_ONCE, count - users.length)));
  return users;
}

/** One of setup()'s users for the n-th of something, from 0. */
export function userOf(users: readonly LoadUser[], n: number): LoadUser {
  const user = users[n % users.length];
  if (user === undefined) throw new Error("setup() registered nobody");
  return user;
}

/** A name that no other run and no other call takes. */
export function freshName(): string {
  const unique = `${Date.now().toString(36)}-${Math.floor(Math.random() * 36 ** 6).toString(36)}`;
  return `load-${target.run.slice(0, 24)}-${unique}`;
}

/** Throws with what to do when the edge is not there, or when k6 plays another scenario than the script's. */
export function reachEdge(): void {
  ensureOwnScenarios();
  const { status, error } = http.get(target.url, { tags: { name: "setup" } });
  if (status > 0 && status < 500) return;
  const what = status === 0 ? error : `HTTP ${status}`;
  throw new Error(`no edge at ${target.url} (${what}): start it, or set API_BASE_URL to where it is`);
}

function registerSome(count: number): LoadUser[] {
  const register = (): Ask => () => ({ path: "/user/register", body: { userName: freshName(), passWord: PASSWORD } });
  const tokens = askTogether(Array.from({ length: count }, register)).map(String);
  const identities = askTogether(tokens.map((authToken) => () => ({ path: "/user/checkAuth", body: { authToken } })));
  return identities.map((identity, i) => {
    const { userId, userName } = identity as { readonly userId: number; readonly userName: string };
    return { name: userName, password: PASSWORD, token: tokens[i] ?? "", userId };
  });
}
