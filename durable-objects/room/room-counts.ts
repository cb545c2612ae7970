import { Op } from "../../contracts/gochat.ts";
import type { Identity } from "../../contracts/identity.ts";
import { ok, type Reply } from "../../contracts/reply.ts";
import type { RoomCount, RoomInfo } from "../../contracts/services.ts";
import type { Door } from "./door.ts";
import type { Room } from "./room.ts";

type Frame = Parameters<Room["audience"]["links"]["tell"]>[0];

/** gochat's two questions about who is here. The caller's own gochat sockets are told the answer too, as the original does. */
export class RoomCounts {
  readonly #ctx: DurableObjectState;
  readonly #door: Door;

  constructor(ctx: DurableObjectState, door: Door) {
    this.#ctx = ctx;
    this.#door = door;
  }

  /** How many are here. */
  count(identity: Identity): Promise<Reply<RoomCount>> {
    return this.#answer(identity, ({ roomId, count }) => [
      { roomId, count },
      { op: Op.roomCount, count },
    ]);
  }

  /** Who is here. */
  info(identity: Identity): Promise<Reply<RoomInfo>> {
    return this.#answer(identity, (info) => [info, { op: Op.roomInfo, ...info }]);
  }

  #answer<T>(identity: Identity, say: (info: RoomInfo) => readonly [T, Frame]): Promise<Reply<T>> {
    return this.#door.asGuest(identity, async ({ audience }) => {
      await audience.present();
      const { roomId, count, roomUserInfo } = audience.roomInfo();
      const [answer, frame] = say({ roomId, count, roomUserInfo });
      this.#ctx.waitUntil(audience.links.tell(frame, identity.userId));
      return ok(answer);
    });
  }
}
