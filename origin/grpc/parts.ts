import type { Edge } from "../edge/edge.ts";
import type { Attendance } from "../redis/attendance.ts";
import type { EdgeCalls } from "./edge-calls.ts";
import type { EventStreams } from "./event-streams.ts";

/** What the handlers of the contracts work with. */
export type GrpcParts = {
  readonly edge: Edge;
  readonly attendance: Attendance;
  readonly calls: EdgeCalls;
  readonly streams: EventStreams;
};
