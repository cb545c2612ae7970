import { moment, startOf } from "./clock.ts";
import { tellBegan } from "./iteration.ts";
import type { NativeSocket } from "./native-socket.ts";
import { Ticker } from "./native-ticker.ts";
import { toPresenceTimes } from "./presence-times.ts";
import { visit } from "./presence-visit.ts";
import type { SessionLength } from "./settings.ts";
import type { LoadUser } from "./users.ts";
import { wait, waitUntil } from "./wait.ts";

/** Comes and goes until the step ends, is there at its end, and leaves when that was checked. */
export async function churn(room: string, user: LoadUser, length: SessionLength): Promise<void> {
  tellBegan();
  const { step, phase } = moment();
  if (phase === "cooldown") return wait(1_000);
  const startTime = startOf();
  const { enterAtMs, allInAtMs, leaveAtMs } = toPresenceTimes(step);
  let socket: NativeSocket | null = null;
  const ticker = new Ticker((nowMs) => socket?.session.tick(nowMs));
  await waitUntil(startTime + enterAtMs);
  for (let isLast = false; !isLast; ) {
    socket = visit(room, user, { step: step.step });
    const untilMs = Date.now() + length();
    isLast = untilMs >= startTime + allInAtMs;
    await waitUntil(isLast ? startTime + leaveAtMs : untilMs);
    socket.close();
    if (!isLast) await waitUntil(Math.min(Date.now() + length(), startTime + allInAtMs));
  }
  ticker.stop();
}
