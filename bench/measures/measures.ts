import { durable32, durable256 } from "./durable.ts";
import { latency, measureCapacity, measureFanOut } from "./fan-out.ts";
import { manyRooms } from "./many-rooms.ts";
import type { Measure } from "./measure.ts";
import { rest } from "./rest.ts";
import { slowReaders } from "./slow-readers.ts";
import { storm } from "./storm.ts";

/** Everything that is measured, in this order. */
export const measures = {
  "durable-32": durable32,
  "durable-256": durable256,
  "fanout-200": measureFanOut(200),
  "fanout-1000": measureFanOut(1_000),
  "fanout-5000": measureFanOut(5_000),
  "latency-200": latency,
  "capacity-200": measureCapacity(200),
  "capacity-1000": measureCapacity(1_000),
  "capacity-5000": measureCapacity(5_000),
  "many-rooms": manyRooms,
  "rest-check-auth": rest.checkAuth,
  "rest-push-room": rest.pushRoom,
  "rest-push": rest.push,
  "rest-page": rest.page,
  storm,
  "slow-readers": slowReaders,
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;

const names = Object.keys(measures) as readonly MeasureName[];

/** The measures whose names begin like one of these; all of them when there are none. */
export function readMeasureNames(prefixes: readonly string[]): readonly MeasureName[] {
  const unknown = prefixes.find((prefix) => !names.some((name) => name.startsWith(prefix)));
  if (unknown !== undefined) throw new Error(`there is no measure "${unknown}": take some of ${names.join(", ")}`);
  return prefixes.length === 0 ? names : names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
}
