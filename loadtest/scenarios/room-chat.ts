// Each virtual user is a person in a room: one socket that sends and receives, and checks every message of its room.
//   LOADTEST_ROOM_SIZE  people in a room                  10
//   LOADTEST_RATE       messages a second of each person  1
import { plan } from "../lib/clock.ts";
import { playStep } from "../lib/native-play.ts";
import { readNativeSettings } from "../lib/native-settings.ts";
import { nativeUsers, roomOf, vuIndex } from "../lib/native-setup.ts";
import { toOptions } from "../lib/options.ts";
import { type LoadUser, userOf } from "../lib/users.ts";

const { roomSize, rate } = readNativeSettings(__ENV);

export const options = toOptions({ plan, measures: ["ws"] });
export const setup = nativeUsers;

/** A person's stay until the step is over. */
export default function (users: readonly LoadUser[]): Promise<void> {
  const person = vuIndex();
  const room = roomOf(Math.floor(person / roomSize));
  const { token } = userOf(users, person);
  return playStep(() => [{ room, name: `p${person}`, token, perSecond: rate }]);
}
