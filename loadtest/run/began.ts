import { closeSync, openSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 200;
/** It is among the first lines of the observations. */
const HEAD_BYTES = 1 << 20;

/** When the script's scenario began, as soon as its observations say so. Null when `signal` comes first. */
export async function whenBegan(observations: string, signal: AbortSignal): Promise<number | null> {
  while (!signal.aborted) {
    const found = /"type":"began","atMs":(\d+)/.exec(readHead(observations));
    if (found !== null) return Number(found[1]);
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

function readHead(path: string): string {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    const file = openSync(path, "r");
    const bytes = readSync(file, head, 0, HEAD_BYTES, 0);
    closeSync(file);
    return head.toString("utf8", 0, bytes);
  } catch {
    return ""; // k6 makes it when it begins
  }
}
