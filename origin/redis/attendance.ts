import type { Person } from "../../contracts/event.ts";

/**
 * Who is where on this replica, for gochat's keys in Redis: gochat_<userId>, gochat_room_<roomId> and
 * gochat_room_online_count_<roomId>. Nothing here throws; what Redis missed is told when it is back.
 */
export type Attendance = {
  /** A connection sits in a room now. A connection that sat elsewhere left there first. */
  readonly came: (connection: string, room: string, person: Person) => void;
  /** It is gone. */
  readonly went: (connection: string) => void;
};
