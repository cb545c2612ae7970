/** How long a client waits before it dials again. */
export type BackOff = { readonly baseMs: number; readonly capMs: number };

export const defaultBackOff: BackOff = { baseMs: 250, capMs: 15_000 };

/**
 * Full jitter: anything between 0 and the cap of this attempt, so that thousands of clients cut at once do not come
 * back at once. The first attempt after a live connection is number 0. [CL8]
 */
export function backOffMs(attempt: number, random: () => number, { baseMs, capMs }: BackOff): number {
  return random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
}
