import { sleep } from "k6";
import exec from "k6/execution";
import { SETTLE_MS } from "../model/observation.ts";
import { moment, plan, steadyOf } from "./clock.ts";
import { GochatSocket, type Sitting } from "./gochat-socket.ts";
import { below, tellBegan } from "./iteration.ts";
import { LagMeter } from "./lag.ts";
import { rooms, type SessionLength } from "./settings.ts";
import { type LoadUser, userOf } from "./users.ts";

/** After a step a socket stays so long, for what was acknowledged in its last moment. */
const DRAIN_MS = SETTLE_MS + 500;
const IDLE_SECONDS = 0.5;

/** An iteration of a virtual user that only listens: one session in a room at random. Nothing in the cool-down. */
export function listen(users: readonly LoadUser[], length: SessionLength): void {
  tellBegan();
  if (moment().phase === "cooldown") {
    sleep(IDLE_SECONDS);
    return;
  }
  const endMs = steadyOf(plan.steps.length).toMs + DRAIN_MS;
  const user = userOf(users, exec.vu.idInTest);
  sit([{ user, room: 1 + below(rooms), untilMs: Math.min(Date.now() + length(), endMs) }]);
}

/** An iteration of a watcher beside the load: a socket in every room, room by room another user's, until the step is over. */
export function watchRooms(users: readonly LoadUser[]): void {
  const { step, phase } = moment();
  if (phase === "cooldown") return;
  const untilMs = steadyOf(step.step).toMs + DRAIN_MS;
  sit(Array.from({ length: rooms }, (_, i) => ({ user: userOf(users, i), room: i + 1, untilMs })));
}

/** Sits until every session is over, takes a seat again where a socket broke, and measures how late this virtual user's timers are meanwhile. */
function sit(sittings: readonly Sitting[]): void {
  const lag = new LagMeter();
  const stop = lag.tick();
  let open = sittings.length;
  const ended = (sitting: Sitting) => {
    if (sitting.untilMs - Date.now() > SETTLE_MS) return take(sitting);
    if (--open > 0) return;
    stop();
    lag.report();
  };
  const take = (sitting: Sitting) => void GochatSocket.open(sitting, () => ended(sitting));
  for (const sitting of sittings) take(sitting);
}
