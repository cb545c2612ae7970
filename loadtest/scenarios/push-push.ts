import exec from "k6/execution";
import { plan } from "../lib/clock.ts";
import { below, iterate, pause } from "../lib/iteration.ts";
import { besideSteps, toOptions, toScenario } from "../lib/options.ts";
import { pushToUser } from "../lib/push.ts";
import { watchRooms } from "../lib/session.ts";
import { rooms, vusMax, watchers } from "../lib/settings.ts";
import { type LoadUser, registerUsers, userOf } from "../lib/users.ts";

/** Messages to those users who have sockets in the rooms: the first ones of setup(). */
export const options = toOptions({
  plan,
  measures: ["http", "ws"],
  scenarios: {
    load: toScenario(plan),
    ...(watchers > 0 && { watchers: besideSteps(plan, "watch", watchers) }),
  },
});

/** Registers the users. */
export function setup(): LoadUser[] {
  return registerUsers(Math.min(50, vusMax));
}

/** One iteration. */
export default function (users: LoadUser[]): void {
  const me = userOf(users, exec.vu.idInTest);
  iterate(() => {
    const at = below(rooms);
    pushToUser(me, userOf(users, at), at + 1);
    pause(300, 700);
  });
}

/** The watchers: what is not seen by anybody could be lost unnoticed. */
export function watch(users: LoadUser[]): void {
  watchRooms(users);
}
