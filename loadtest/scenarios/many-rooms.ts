// Each virtual user has a room of its own with its subscribers, one of which publishes: as many rooms as virtual users.
//   LOADTEST_SOCKETS  subscribers of a room           10
//   LOADTEST_RATE     messages a second of each room  1
import { plan } from "../lib/clock.ts";
import { subscribers } from "../lib/native-member.ts";
import { playStep } from "../lib/native-play.ts";
import { readNativeSettings } from "../lib/native-settings.ts";
import { nativeUsers, roomOf, vuIndex } from "../lib/native-setup.ts";
import { toOptions } from "../lib/options.ts";
import { type LoadUser, userOf } from "../lib/users.ts";

const { sockets, rate } = readNativeSettings(__ENV);

export const options = toOptions({ plan, measures: ["ws"] });
export const setup = nativeUsers;

/** A room's stay until the step is over. */
export default function (users: readonly LoadUser[]): Promise<void> {
  const vu = vuIndex();
  const { token } = userOf(users, vu);
  const room = roomOf(vu);
  return playStep(() =>
    subscribers(sockets, (i) => ({ room, name: `v${vu}s${i}`, token, perSecond: i === 0 ? rate : 0 })),
  );
}
