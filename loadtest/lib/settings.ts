import { readCount } from "../model/steps.ts";
import { plan } from "./clock.ts";

/** The original's rooms are 1 to 10. */
const ROOMS_MAX = 10;

/** LOADTEST_WATCHERS (2): so many sockets sit in each room beside the load of push-push and push-room; 0 for none. */
export const watchers = readCount("LOADTEST_WATCHERS", __ENV.LOADTEST_WATCHERS || "2", 0);

/** LOADTEST_ROOM_RATE (5): so many messages a second are published into each room that only listens. */
export const roomRate = readCount("LOADTEST_ROOM_RATE", __ENV.LOADTEST_ROOM_RATE || "5", 1);

/** LOADTEST_MESSAGE_BYTES (128): length of a message's text. A stamp alone may be longer. */
export const messageBytes = readCount("LOADTEST_MESSAGE_BYTES", __ENV.LOADTEST_MESSAGE_BYTES || "128", 0);

/** The greatest number of virtual users of the run. */
export const vusMax = Math.max(...plan.steps.map(({ vus }) => vus));

/** So many rooms are used, from 1 on: ten, or fewer where there are fewer virtual users. */
export const rooms = Math.min(ROOMS_MAX, vusMax);

/** How long a socket stays, in ms, at random between two bounds. */
export type SessionLength = () => number;

/** LOADTEST_SESSION_MIN and LOADTEST_SESSION_MAX, in seconds; without them the scenario's own. */
export function readSessionLength(minDefault: number, maxDefault: number): SessionLength {
  const min = readSeconds("LOADTEST_SESSION_MIN", minDefault);
  const max = readSeconds("LOADTEST_SESSION_MAX", maxDefault);
  if (max < min) throw new Error(`LOADTEST_SESSION_MAX (${max}) must not be less than LOADTEST_SESSION_MIN (${min})`);
  return () => (min + Math.random() * (max - min)) * 1_000;
}

function readSeconds(name: string, secondsDefault: number): number {
  const text = __ENV[name] || String(secondsDefault);
  const seconds = Number(text);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new Error(`${name} must be a number of seconds above 0, got "${text}"`);
}
