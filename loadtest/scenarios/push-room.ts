import exec from "k6/execution";
import { plan } from "../lib/clock.ts";
import { iterate, pause } from "../lib/iteration.ts";
import { besideSteps, toOptions, toScenario } from "../lib/options.ts";
import { pushToRoom } from "../lib/push.ts";
import { watchRooms } from "../lib/session.ts";
import { rooms, vusMax, watchers } from "../lib/settings.ts";
import { type LoadUser, registerUsers, userOf } from "../lib/users.ts";

/** Messages to rooms, checked by watchers in each. */
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
  const room = (exec.vu.idInTest % rooms) + 1;
  iterate(() => {
    pushToRoom(me, room);
    pause(300, 700);
  });
}

/** The watchers: what is not seen by anybody could be lost unnoticed. */
export function watch(users: LoadUser[]): void {
  watchRooms(users);
}
