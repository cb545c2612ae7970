// One room: every virtual user holds subscribers of it, and a few publishers of their own speak. With the defaults the
// last step has 100 virtual users and 5,000 subscribers.
//   LOADTEST_SOCKETS     subscribers of a virtual user           50
//   LOADTEST_PUBLISHERS  publishers                              8
//   LOADTEST_ROOM_RATE   messages a second, of all of them       2
import { plan } from "../lib/clock.ts";
import { subscribers } from "../lib/native-member.ts";
import { playStep } from "../lib/native-play.ts";
import { readNativeSettings } from "../lib/native-settings.ts";
import { nativeUsers, roomOf, vuIndex } from "../lib/native-setup.ts";
import { besideSteps, toOptions, toScenario } from "../lib/options.ts";
import { type LoadUser, userOf } from "../lib/users.ts";

const { sockets, publishers, roomRate } = readNativeSettings(__ENV, { sockets: 50 });

export const options = toOptions({
  plan,
  measures: ["ws"],
  scenarios: { load: toScenario(plan), publishers: besideSteps(plan, "publish", publishers) },
});
export const setup = nativeUsers;

/** A virtual user's subscribers, until the step is over. */
export default function (users: readonly LoadUser[]): Promise<void> {
  const vu = vuIndex();
  const { token } = userOf(users, vu);
  return playStep(() => subscribers(sockets, (i) => ({ room: roomOf(0), name: `v${vu}s${i}`, token, perSecond: 0 })));
}

/** A publisher, until the step is over. */
export function publish(users: readonly LoadUser[]): Promise<void> {
  const vu = vuIndex();
  const { token } = userOf(users, vu);
  return playStep(() => [{ room: roomOf(0), name: `pub${vu}`, token, perSecond: roomRate / publishers }]);
}
