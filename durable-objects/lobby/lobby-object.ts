import { DurableObject } from "cloudflare:workers";
import type { LobbyStub } from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import type { ListedRoom, LobbyPage, LobbyQuery } from "../../contracts/rooms.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { migrate } from "../lib/migrate.ts";
import { migrations } from "./migrations.ts";
import { RoomList } from "./room-list.ts";

/** The one catalogue of listed rooms. */
export class LobbyObject extends DurableObject<ObjectEnv> implements LobbyStub {
  static {
    receiveCalls(LobbyObject.prototype, { object: "lobby" });
  }
  readonly #rooms: RoomList;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, env);
    migrate(ctx.storage, migrations);
    this.#rooms = new RoomList(ctx.storage.sql);
  }

  // RPC

  /** Shows a room as it is now. */
  async list(room: ListedRoom, stamp: number): Promise<void> {
    this.#rooms.list(room, stamp);
  }

  /** Shows a room no more. */
  async unlist(room: string, stamp: number): Promise<void> {
    this.#rooms.unlist(room, stamp);
  }

  async search(query: LobbyQuery): Promise<LobbyPage> {
    return this.#rooms.search(query);
  }
}
