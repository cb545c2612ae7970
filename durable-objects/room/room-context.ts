import type { Person, RoomEvent } from "../../contracts/event.ts";
import type { RoomKind } from "../../contracts/names.ts";
import type { Standing } from "../../contracts/permissions.ts";
import type { ObjectEnv } from "../lib/env.ts";
import type { Jobs } from "../lib/jobs.ts";
import type { Audience } from "./audience.ts";
import type { EventLog } from "./event-log.ts";
import type { MemberBook } from "./member-book.ts";
import type { Notices } from "./notices/notices.ts";
import type { People } from "./people.ts";
import type { RoomMeta } from "./room-meta.ts";
import type { UserBook } from "./user-book.ts";

/** What an event says that is neither a message nor a change of one. */
export type Fact = Pick<RoomEvent, "subject" | "member" | "room"> & { readonly kind: "member" | "room" | "purge" };

/** What the parts of a room share. */
export type RoomContext = {
  readonly name: string;
  readonly kind: RoomKind;
  readonly env: ObjectEnv;
  readonly storage: DurableObjectStorage;
  readonly meta: RoomMeta;
  readonly log: EventLog;
  readonly people: People;
  readonly members: MemberBook;
  readonly users: UserBook;
  readonly audience: Audience;
  readonly jobs: Jobs;
  readonly notices: Notices;
  standingOf(userId: number): Standing;
  /** The oldest seq that is for this reader, retained or not. */
  visibleFrom(userId: number): number;
  /**
   * Puts a fact on the log, in one transaction with what `write` makes true, and tells everybody. `write` gets the seq of
   * the fact and answers the seqs of events that read differently from now on.
   */
  record(from: Person, fact: Fact, write?: (seq: number) => readonly number[]): number;
};

/** Somebody who may use the room, and as what. */
export type Caller = { readonly person: Person; readonly sessionId: string; readonly standing: Standing };
