import { setTimeout } from "k6/timers";

const POLL_MS = 50;

/** Waits so long; sockets and timers of the virtual user go on meanwhile. */
export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** Waits until a moment of the generator's clock. */
export function waitUntil(atMs: number): Promise<void> {
  return wait(atMs - Date.now());
}

/** Waits until something holds, or until a moment. Says whether it does. */
export async function waitFor(holds: () => boolean, byMs: number): Promise<boolean> {
  while (!holds()) {
    if (Date.now() >= byMs) return false;
    await wait(POLL_MS);
  }
  return true;
}
