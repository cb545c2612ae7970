// People come and go in one room; each must see itself when it has come, and when all is quiet at the end of a step an
// observer's count and REST's are compared with who is there.
//   LOADTEST_SESSION_MIN  shortest stay, and shortest absence, in seconds  5
//   LOADTEST_SESSION_MAX  the longest                                      15
import { plan } from "../lib/clock.ts";
import { roomOf, vuIndex } from "../lib/native-setup.ts";
import { besideSteps, toOptions, toScenario } from "../lib/options.ts";
import { churn } from "../lib/presence-churn.ts";
import { observeRoom } from "../lib/presence-observer.ts";
import { readSessionLength, vusMax } from "../lib/settings.ts";
import { type LoadUser, registerUsers, userOf } from "../lib/users.ts";

/** Presence counts users, not sockets: everybody here is one. */
const PEOPLE_MAX = 1_000;

export const options = toOptions({
  plan,
  measures: ["ws"],
  scenarios: { load: toScenario(plan), observer: besideSteps(plan, "watch", 1) },
});

const sessionLength = readSessionLength(5, 15);

/** Registers the people, the observer and the probe. */
export function setup(): LoadUser[] {
  if (vusMax > PEOPLE_MAX) {
    throw new Error(`presence-churn registers everybody: set K6_END_VUS (or K6_VUS) to ${PEOPLE_MAX} at most`);
  }
  return registerUsers(vusMax + 2);
}

/** A person's comings and goings until the step is over. */
export default function (users: readonly LoadUser[]): Promise<void> {
  return churn(roomOf(0), userOf(users, vuIndex()), sessionLength);
}

/** The observer, until the step is over. */
export function watch(users: readonly LoadUser[]): Promise<void> {
  return observeRoom(roomOf(0), userOf(users, vuIndex()), userOf(users, vusMax + 1));
}
