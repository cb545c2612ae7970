import "../lib/smoke-defaults.ts";
import exec from "k6/execution";
import { plan } from "../lib/clock.ts";
import { gochat } from "../lib/http.ts";
import { below, iterate, pause } from "../lib/iteration.ts";
import { besideSteps, toOptions, toScenario } from "../lib/options.ts";
import { pushToRoom, pushToUser } from "../lib/push.ts";
import { watchRooms } from "../lib/session.ts";
import { rooms, vusMax } from "../lib/settings.ts";
import { freshName, type LoadUser, PASSWORD, registerUsers, userOf } from "../lib/users.ts";

/** Everything once, for half a minute: whether it works at all. */
export const options = toOptions({
  plan,
  measures: ["http", "ws"],
  scenarios: { load: toScenario(plan), sockets: besideSteps(plan, "sockets", 1) },
  thresholds: { success: ["rate==1"] },
});

/** Registers the users. */
export function setup(): LoadUser[] {
  return registerUsers(vusMax);
}

/** One iteration: an account of its own from registration to logout, and every kind of message and question. */
export default function (users: LoadUser[]): void {
  const me = userOf(users, exec.vu.idInTest);
  iterate(() => {
    useAccount();
    gochat.checkAuth(me.token);
    const room = 1 + below(rooms);
    pushToRoom(me, room);
    pushToUser(me, userOf(users, below(rooms)), room);
    gochat.count(me.token, room);
    gochat.roomInfo(me.token, room);
    pause(300, 700);
  });
}

/** A socket in every room, which gets what the others send. */
export function sockets(users: LoadUser[]): void {
  watchRooms(users);
}

function useAccount(): void {
  const name = freshName();
  gochat.register(name, PASSWORD);
  const { data, isSuccess } = gochat.login(name, PASSWORD);
  if (isSuccess) gochat.logout(String(data));
}
