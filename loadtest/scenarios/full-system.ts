import exec from "k6/execution";
import { plan } from "../lib/clock.ts";
import { gochat } from "../lib/http.ts";
import { below, iterate, repeat } from "../lib/iteration.ts";
import { toOptions, toScenario } from "../lib/options.ts";
import { pushToRoom, pushToUser } from "../lib/push.ts";
import { listen } from "../lib/session.ts";
import { readSessionLength, rooms, vusMax } from "../lib/settings.ts";
import { type LoadUser, registerUsers, userOf } from "../lib/users.ts";

/** HTTP and sockets at once: the sockets are a quarter as many as the HTTP users. */
export const options = toOptions({
  plan,
  measures: ["http", "ws"],
  scenarios: { http: toScenario(plan), ws: toScenario(plan, "sockets", 0.25) },
  thresholds: {
    // Of the load alone: setup's password hashes wait for each other.
    "http_req_duration{scenario:http}": ["p(95)<500", "p(99)<1000"],
    "http_req_failed{scenario:http}": ["rate<0.05"],
    success: ["rate>0.95"],
    steady_ws_connect_duration: ["p(95)<2000"],
  },
});

/** What the original's HTTP users do in one iteration. */
function useSystem(users: readonly LoadUser[]): void {
  const me = userOf(users, exec.vu.idInTest);
  gochat.checkAuth(me.token);
  repeat(5, () => pushToUser(me, userOf(users, below(users.length)), anyRoom()), [50, 150]);
  repeat(5, () => pushToRoom(me, anyRoom()), [50, 150]);
  repeat(2, () => gochat.count(me.token, anyRoom()), [100, 100]);
  gochat.roomInfo(me.token, anyRoom());
}

function anyRoom(): number {
  return 1 + below(rooms);
}

const sessionLength = readSessionLength(20, 40);

/** Registers the users. */
export function setup(): LoadUser[] {
  return registerUsers(Math.min(200, 2 * vusMax));
}

/** An HTTP user. */
export default function (users: LoadUser[]): void {
  iterate(() => useSystem(users));
}

/** A socket user. */
export function sockets(users: LoadUser[]): void {
  listen(users, sessionLength);
}
