import exec from "k6/execution";
import { plan } from "../lib/clock.ts";
import { gochat } from "../lib/http.ts";
import { below, iterate, pause, repeat } from "../lib/iteration.ts";
import { toOptions } from "../lib/options.ts";
import { pushToRoom, pushToUser } from "../lib/push.ts";
import { vusMax } from "../lib/settings.ts";
import { type LoadUser, registerUsers, userOf } from "../lib/users.ts";

/** HTTP alone, a login in every iteration. */
export const options = toOptions({ plan, measures: ["http"] });

/** Registers the users. */
export function setup(): LoadUser[] {
  return registerUsers(Math.min(200, vusMax));
}

/** One iteration. */
export default function (users: LoadUser[]): void {
  const me = userOf(users, exec.vu.idInTest);
  const room = (exec.vu.idInTest % 10) + 1;
  iterate(() => {
    gochat.login(me.name, me.password);
    gochat.checkAuth(me.token);
    repeat(3, () => pushToUser(me, userOf(users, below(users.length)), room));
    repeat(3, () => pushToRoom(me, room));
    gochat.count(me.token, room);
    gochat.roomInfo(me.token, room);
    pause(300, 700);
  });
}
