import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 25;
const ANSWER_MS_MAX = 2_000;

/** HOST:PORT as workerd and URLs write it. */
export function toAuthority(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The address at which a program on this machine reaches a server that listens on `host`. */
export function toUrl(host: string, port: number): string {
  const reachable = { "0.0.0.0": "127.0.0.1", "::": "::1", "*": "127.0.0.1" }[host] ?? host;
  return `http://${toAuthority(reachable, port)}`;
}

/** The port that workerd says on its control channel that it took, or null when it ended without. */
export async function readPort(control: Readable): Promise<number | null> {
  for await (const line of createInterface({ input: control })) {
    const message: unknown = JSON.parse(line);
    if (typeof message === "object" && message !== null && "port" in message) return Number(message.port);
  }
  return null;
}

/** Asks GET /ready until it answers 200; false when the signal aborts first. */
export async function waitUntilReady(url: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await isReady(url, signal)) return true;
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

async function isReady(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]);
    const response = await fetch(`${url}/ready`, { signal: limit, headers: { connection: "close" } });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
