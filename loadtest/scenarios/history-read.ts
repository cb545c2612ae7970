// Logs are read page by page from one end to the other, forward and backward in turns, 50 to 200 events a page; every
// page is checked.
//   LOADTEST_HISTORY  messages on the log of a room  2,000
//   LOADTEST_ROOMS    rooms                          10
import exec from "k6/execution";
import { moment, plan } from "../lib/clock.ts";
import { HistoryWalk, type Page } from "../lib/history-walk.ts";
import { below, iterate } from "../lib/iteration.ts";
import { fillRoom } from "../lib/native-fill.ts";
import { failed } from "../lib/native-member.ts";
import { getJson } from "../lib/native-rest.ts";
import { readNativeSettings } from "../lib/native-settings.ts";
import { nativeUsers, roomOf, vuIndex } from "../lib/native-setup.ts";
import { observe } from "../lib/observe.ts";
import { toOptions } from "../lib/options.ts";
import { target } from "../lib/target.ts";
import { type LoadUser, userOf } from "../lib/users.ts";

const { history, rooms } = readNativeSettings(__ENV);
const [LIMIT_MIN, LIMIT_MAX] = [50, 200];

export const options = toOptions({ plan, measures: ["http"] });

/** Registers the users and fills the rooms. */
export async function setup(): Promise<LoadUser[]> {
  const users = nativeUsers();
  for (let i = 0; i < rooms; i++) await fillRoom(roomOf(i), userOf(users, i).token, history);
  return users;
}

/** One walk over one log. */
export default function (users: readonly LoadUser[]): void {
  const { token } = userOf(users, vuIndex());
  const direction = exec.vu.iterationInScenario % 2 === 0 ? "forward" : "backward";
  iterate(() => walk(roomOf(below(rooms)), token, new HistoryWalk(target.run, direction, history)));
}

function walk(room: string, token: string, log: HistoryWalk): void {
  const { step } = moment();
  for (;;) {
    const limit = LIMIT_MIN + below(LIMIT_MAX - LIMIT_MIN + 1);
    const page = getJson<Page>("history", `/rooms/${room}/messages?${log.query}&limit=${limit}`, token);
    if (page === null) return;
    const wrong = log.take(page, limit);
    if (wrong !== null) observe(failed(step.step, `history of room ${room}: ${wrong}`));
    if (wrong !== null || !page.more) return;
  }
}
