import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** A k6 program that was asked what it is. */
export type K6 = {
  readonly path: string;
  /** What `k6 version` says, its first line. */
  readonly version: string;
  /** Whether it has the module k6/websockets. Older ones have it under k6/experimental alone. */
  readonly hasWebSockets: boolean;
};

type Version = readonly [major: number, minor: number];

/** The oldest that runs TypeScript and the scripts' options. */
const OLDEST: Version = [1, 1];
/** The oldest that was seen with k6/websockets. Those before it have the experimental module, which is the same. */
const WEB_SOCKETS: Version = [1, 8];

/** What a program that said this of itself is, or null when that is no k6 that the scripts run on. */
export function readK6Version(said: string): Omit<K6, "path"> | null {
  const found = /^k6(?:\.exe)? v(\d+)\.(\d+)\.\d+/m.exec(said);
  if (found === null) return null;
  const version: Version = [Number(found[1]), Number(found[2])];
  if (!isSince(version, OLDEST)) return null;
  return { version: said.trim().split("\n")[0] ?? "", hasWebSockets: isSince(version, WEB_SOCKETS) };
}

/** Asks a program for its version. Null when it is no k6, or one that is too old. */
export async function askK6(path: string): Promise<K6 | null> {
  try {
    const { stdout } = await promisify(execFile)(path, ["version"]);
    const version = readK6Version(stdout);
    return version && { path, ...version };
  } catch {
    return null;
  }
}

function isSince([major, minor]: Version, [sinceMajor, sinceMinor]: Version): boolean {
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}
