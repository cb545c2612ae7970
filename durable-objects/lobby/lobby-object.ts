import { DurableObject } from "cloudflare:workers";
import type { LobbyStub } from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import type { ListedRoom, LobbyPage, LobbyQuery } from "../../contracts/rooms.ts";
import type { ObjectEnv } from "../lib/env.ts";

/** The one catalogue of listed rooms. */
export class LobbyObject extends DurableObject<ObjectEnv> implements LobbyStub {
  static {
    receiveCalls(LobbyObject.prototype, { object: "lobby" });
  }

  async list(_room: ListedRoom, _stamp: number): Promise<void> {}

  async unlist(_room: string, _stamp: number): Promise<void> {}

  async search(_query: LobbyQuery): Promise<LobbyPage> {
    return { rooms: [], more: false };
  }
}
