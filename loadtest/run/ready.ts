import { setTimeout as sleep } from "node:timers/promises";

/** An edge that is not ready after this has not come back. */
const READY_MS_MAX = 60_000;
const ASK_EVERY_MS = 20;
/** What was killed refuses at once; a connection that hangs says that it is not ready either. */
const ANSWER_MS_MAX = 2_000;

/** Waits for an edge that was killed. Answers how many ms after that it said ready; null when it does not. */
export async function untilReady(url: string, killedAtMs: number): Promise<number | null> {
  while (Date.now() - killedAtMs < READY_MS_MAX) {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) }).catch(() => null);
    if (answer?.ok) return Date.now() - killedAtMs;
    await sleep(ASK_EVERY_MS);
  }
  return null;
}
