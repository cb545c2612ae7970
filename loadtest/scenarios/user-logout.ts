import exec from "k6/execution";
import { plan } from "../lib/clock.ts";
import { gochat } from "../lib/http.ts";
import { iterate, pause } from "../lib/iteration.ts";
import { toOptions } from "../lib/options.ts";
import { vusMax } from "../lib/settings.ts";
import { type LoadUser, registerUsers, userOf } from "../lib/users.ts";

/** Logouts, each of a session that a login began just before. */
export const options = toOptions({ plan, measures: ["http"] });

/** Registers the users. */
export function setup(): LoadUser[] {
  return registerUsers(Math.min(200, vusMax));
}

/** One iteration. */
export default function (users: LoadUser[]): void {
  const me = userOf(users, exec.vu.idInTest);
  iterate(() => {
    const { data, isSuccess } = gochat.login(me.name, me.password);
    if (isSuccess) gochat.logout(String(data));
    pause(300, 700);
  });
}
