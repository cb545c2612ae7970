import { isStanding } from "../../contracts/event.ts";
import { directPair } from "../../contracts/names.ts";
import type { Reply } from "../../contracts/reply.ts";
import type { Sent } from "../../contracts/services.ts";
import { DirectDeliveries } from "./direct-deliveries.ts";
import type { EventLog } from "./event-log.ts";
import type { RoomContext } from "./room-context.ts";

type Parts = Pick<RoomContext, "name" | "log" | "env">;
type Settle = (reply: Reply<Sent>) => void;

/**
 * Every message of a conversation of two goes to the other's gochat sockets as op 2, however it was sent. In other rooms
 * this does nothing. [GS5]
 */
export class DirectMessages {
  readonly #log: EventLog;
  readonly #pair: readonly [number, number] | null;
  readonly #deliveries: DirectDeliveries;
  /** gochat's roomId of a push, by seq, until its op 2 has left. */
  readonly #pushRooms = new Map<number, number>();
  /** The last seq whose op 2 has left. */
  #told: number;

  constructor({ name, log, env }: Parts) {
    this.#log = log;
    this.#pair = directPair(name);
    this.#deliveries = new DirectDeliveries(env.USER, (seq) => log.after(seq - 1, 1, 0)[0]?.event);
    this.#told = log.head;
  }

  /** For gochat's push: the op 2 of what is settled so names the room that the sender gave. */
  namingRoom(roomId: number, settle: Settle): Settle {
    return (reply) => {
      if (reply.ok && !reply.value.duplicate) this.#pushRooms.set(reply.value.seq, roomId);
      settle(reply);
    };
  }

  /** Hands over what has come. What was deleted by then is not told, and gochat knows no changes. [ED10] */
  tell(): void {
    if (this.#pair === null) return;
    const [a, b] = this.#pair;
    for (const { event } of this.#log.after(this.#told, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)) {
      if (!isStanding(event)) continue;
      const toUserId = event.from.id === a ? b : a;
      const roomId = this.#pushRooms.get(event.seq) ?? 0;
      this.#deliveries.push({ event, toUserId, toUserName: "", roomId });
    }
    this.#told = this.#log.head;
    this.#pushRooms.clear();
  }
}
