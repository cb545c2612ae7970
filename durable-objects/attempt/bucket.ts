/** How full a bucket is, and when that was true. */
export type Bucket = { readonly spent: number; readonly atMs: number };

/** The window of every limit on attempts: so many tokens come back in it. */
export const WINDOW_MS = 60_000;

/** What is spent now: tokens come back evenly, `perWindow` in a window. */
export function spentAt({ spent, atMs }: Bucket, perWindow: number, nowMs: number): number {
  // A clock that went back gives nothing back and takes nothing.
  const returned = (Math.max(0, nowMs - atMs) * perWindow) / WINDOW_MS;
  return Math.max(0, spent - returned);
}

/** How long until one more fits; 0 when it fits now. [AT1] */
export function waitMs(bucket: Bucket, perWindow: number, nowMs: number): number {
  const over = spentAt(bucket, perWindow, nowMs) + 1 - perWindow;
  return over <= 0 ? 0 : Math.ceil((over * WINDOW_MS) / perWindow);
}
