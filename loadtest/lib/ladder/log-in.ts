import exec from "k6/execution";
import { type Account, shareOf } from "../../model/ladder-users.ts";
import type { Measures } from "./measures.ts";
import { accounts, vus } from "./settings.ts";
import type { Fields, LadderTransport } from "./transport.ts";

/** Somebody who is logged in; `index` is the place among the users of this shard. */
export type Member = { readonly name: string; readonly index: number; readonly auth: Fields };

/** Logs in the users of this virtual user, one after the other: all virtual users together have a batch in flight. */
export async function logIn(transport: LadderTransport, measures: Measures): Promise<readonly Member[]> {
  const part = exec.vu.idInTest - 1;
  const members: Member[] = [];
  for (const [i, account] of shareOf(accounts, vus, part).entries()) {
    const auth = await authOf(account, transport, measures);
    if (auth !== null) members.push({ name: account.username, index: part + i * vus, auth });
  }
  return members;
}

async function authOf({ username, password }: Account, transport: LadderTransport, measures: Measures) {
  const request = { username, password };
  const { code, reply } = await measures.take("login", () => transport.call("auth.LoginService/Login", request));
  return code === "ok" ? { credential: reply.credential } : null;
}
