import type { Person } from "../../contracts/event.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { RoomDescription } from "../../contracts/rooms.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { Room } from "./room.ts";

/** The present life of a room, and how the next one begins: after a deletion, and when an import is finished. */
export class RoomLives {
  readonly #ctx: DurableObjectState;
  readonly #env: ObjectEnv;
  #now: Room;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    this.#ctx = ctx;
    this.#env = env;
    this.#now = new Room(ctx, env, ctx.id.name ?? "");
  }

  /** Another one after a deletion: ask for it anew after every await. */
  get now(): Room {
    return this.#now;
  }

  /** Ends this life. */
  delete(room: Room): void {
    this.#ctx.waitUntil(room.delete());
    this.#follow(room);
  }

  /** Makes room for a new one under this name: an import that its user or nobody goes on with gives way. [RI17] */
  clear(room: Room, by: Person): Reply<Room> {
    const { imports } = room.rights;
    if (imports.isHeldFrom(by.id, Date.now())) {
      return fail("nameTaken", "a room of this name is being imported: try again later");
    }
    if (imports.isUnderWay) this.delete(room);
    return ok(this.#now);
  }

  /** What was imported begins to live: what stands in memory is from before there was anything to read. */
  finishImport(room: Room, by: Person): Reply<RoomDescription> {
    const finished = room.rights.imports.finish(by);
    if (!finished.ok) return finished;
    this.#follow(room);
    this.#now.rights.imported(by);
    return ok(this.#now.describe(by.id));
  }

  /** An import that was given up goes. */
  sweep(): void {
    if (this.#now.rights.imports.isStale(Date.now())) this.delete(this.#now);
  }

  #follow(room: Room): void {
    this.#now = new Room(this.#ctx, this.#env, room.name, room);
  }
}
