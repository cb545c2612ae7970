import type { Person } from "../../contracts/event.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { ExportHead, RoomDescription, RoomDraft, RoomVisibility } from "../../contracts/rooms.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { Room } from "./room.ts";

type Beginning = { readonly visibility: RoomVisibility; readonly draft?: RoomDraft | undefined };
type ImportBeginning = { readonly head: ExportHead; readonly keepAuthors: boolean };

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

  /** Begins a room under this name. */
  create(room: Room, by: Person, { visibility, draft = {} }: Beginning): Reply<RoomDescription> {
    const vacant = this.#clear(room, by);
    return vacant.ok ? vacant.value.create(by, visibility, draft) : vacant;
  }

  /** Begins a room that is filled with what was exported elsewhere, and is nobody's to see until that is finished. */
  beginImport(room: Room, by: Person, { head, keepAuthors }: ImportBeginning): Reply<null> {
    const vacant = this.#clear(room, by);
    return vacant.ok ? vacant.value.rights.imports.begin(by, head, keepAuthors) : vacant;
  }

  /** Ends this life for who may; answers whether there was one to end. */
  end(room: Room, by: Person, admin: boolean): Reply<boolean> {
    const deletes = room.membership.mayDelete(by.id, admin);
    if (deletes.ok && deletes.value) this.#delete(room);
    return deletes;
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
    if (this.#now.rights.imports.isStale(Date.now())) this.#delete(this.#now);
  }

  /** Makes room for a new one under this name: an import that its user or nobody goes on with gives way. [RI17] */
  #clear(room: Room, by: Person): Reply<Room> {
    const { imports } = room.rights;
    if (imports.isHeldFrom(by.id, Date.now())) {
      return fail("nameTaken", "a room of this name is being imported: try again later");
    }
    if (imports.isUnderWay) this.#delete(room);
    return ok(this.#now);
  }

  #delete(room: Room): void {
    this.#ctx.waitUntil(room.delete());
    this.#follow(room);
  }

  #follow(room: Room): void {
    this.#now = new Room(this.#ctx, this.#env, room.name, room);
  }
}
