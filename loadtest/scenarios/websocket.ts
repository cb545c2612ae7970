import { plan } from "../lib/clock.ts";
import { besideSteps, toOptions, toScenario } from "../lib/options.ts";
import { publishRooms } from "../lib/publish-rooms.ts";
import { listen } from "../lib/session.ts";
import { readSessionLength, vusMax } from "../lib/settings.ts";
import { type LoadUser, registerUsers } from "../lib/users.ts";

/** Sockets that come, listen and go. The original's hear nothing; here one publisher gives every room something to check. */
export const options = toOptions({
  plan,
  measures: ["ws"],
  scenarios: { load: toScenario(plan), publisher: besideSteps(plan, "publish", 1) },
});

const sessionLength = readSessionLength(15, 30);

/** Registers the users. */
export function setup(): LoadUser[] {
  return registerUsers(Math.min(100, vusMax));
}

/** One session. */
export default function (users: LoadUser[]): void {
  listen(users, sessionLength);
}

/** The publisher. */
export function publish(users: LoadUser[]): void {
  publishRooms(users);
}
