// Each virtual user is a person in a room: one socket that sends and receives, and checks every message of its room.
//   LOADTEST_ROOM_SIZE  people in a room                          10
//   LOADTEST_RATE       messages a second of each person          1
//   LOADTEST_BYTES      characters of a message                   128
import exec from "k6/execution";
import { plan } from "../lib/clock.ts";
import { began, playStep } from "../lib/native-play.ts";
import { readNativeSettings } from "../lib/native-settings.ts";
import { nativeUsers, roomOf } from "../lib/native-setup.ts";
import { toOptions } from "../lib/options.ts";
import { type LoadUser, userOf } from "../lib/users.ts";

const { roomSize, rate, bytes } = readNativeSettings(__ENV);

export const options = toOptions({ plan, measures: ["ws"] });
export const setup = nativeUsers;

export default function (users: readonly LoadUser[]): Promise<void> {
  began();
  const person = exec.vu.idInTest - 1;
  const room = roomOf(Math.floor(person / roomSize));
  const { token } = userOf(users, person);
  return playStep(() => [{ room, name: `p${person}`, token, perSecond: rate, bytes }]);
}
