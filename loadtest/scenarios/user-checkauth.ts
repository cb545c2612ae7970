import exec from "k6/execution";
import { plan } from "../lib/clock.ts";
import { gochat } from "../lib/http.ts";
import { iterate, pause } from "../lib/iteration.ts";
import { toOptions } from "../lib/options.ts";
import { vusMax } from "../lib/settings.ts";
import { type LoadUser, registerUsers, userOf } from "../lib/users.ts";

/** Tokens looked at. */
export const options = toOptions({ plan, measures: ["http"] });

/** Registers the users. */
export function setup(): LoadUser[] {
  return registerUsers(Math.min(200, vusMax));
}

/** One iteration. */
export default function (users: LoadUser[]): void {
  const me = userOf(users, exec.vu.idInTest);
  iterate(() => {
    gochat.checkAuth(me.token);
    pause(300, 700);
  });
}
