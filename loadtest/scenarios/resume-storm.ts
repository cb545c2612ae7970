// In the middle of each steady phase all subscribers are cut at once, and come back while the publishers go on: nothing
// may be missing, and the time until the last one is current is measured.
//   LOADTEST_SOCKETS  subscribers of a virtual user       20
//   LOADTEST_ROOMS    rooms, each with a publisher        10
//   LOADTEST_RATE     messages a second of each room      5
import { plan } from "../lib/clock.ts";
import { subscribers } from "../lib/native-member.ts";
import { playStep } from "../lib/native-play.ts";
import { readNativeSettings } from "../lib/native-settings.ts";
import { nativeUsers, roomOf, vuIndex } from "../lib/native-setup.ts";
import { storm } from "../lib/native-storm.ts";
import { besideSteps, toOptions, toScenario } from "../lib/options.ts";
import { type LoadUser, userOf } from "../lib/users.ts";

const { sockets, rooms, rate } = readNativeSettings(__ENV, { sockets: 20, rate: 5 });

export const options = toOptions({
  plan,
  measures: ["ws"],
  scenarios: { load: toScenario(plan), publishers: besideSteps(plan, "publish", 1) },
});
export const setup = nativeUsers;

/** A virtual user's subscribers, cut once, until the step is over. */
export default function (users: readonly LoadUser[]): Promise<void> {
  const vu = vuIndex();
  const { token } = userOf(users, vu);
  const roomsOf = (i: number) => roomOf((vu * sockets + i) % rooms);
  return playStep(
    () => subscribers(sockets, (i) => ({ room: roomsOf(i), name: `v${vu}s${i}`, token, perSecond: 0 })),
    storm,
  );
}

/** One virtual user has the publishers of all rooms, whom nobody cuts. */
export function publish(users: readonly LoadUser[]): Promise<void> {
  const { token } = userOf(users, vuIndex());
  return playStep(() => subscribers(rooms, (i) => ({ room: roomOf(i), name: `pub${i}`, token, perSecond: rate })));
}
