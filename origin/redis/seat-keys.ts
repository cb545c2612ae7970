import { leaseKey, REPLICAS_KEY, seatsKey } from "./keys.ts";
import type { RedisLink } from "./link.ts";
import type { Whereabouts } from "./seats.ts";

/** Changes that one script call writes. */
const BATCH = 250;

/** Writes gochat's keys. Rejects when Redis fails; written again, the same changes give the same keys. */
export class SeatKeys {
  readonly #link: () => RedisLink;

  constructor(link: () => RedisLink) {
    this.#link = link;
  }

  /** What a replica has written of itself: "room:user", as Redis has it. */
  read(replica: string): Promise<string[]> {
    return this.#link().client.hkeys(seatsKey(replica));
  }

  write(replica: string, changes: readonly Whereabouts[]): Promise<void> {
    return this.#apply(replica, "alive", changes);
  }

  /** Takes out everybody of a replica; of one that is taken for dead only if it is. [RK5] [RK6] */
  async clear(replica: string, state: "alive" | "dead"): Promise<void> {
    const gone = (await this.read(replica)).map((field) => {
      const [room = "", userId = ""] = field.split(":");
      return { room, userId, name: null, isHere: false };
    });
    await this.#apply(replica, state, gone);
  }

  async #apply(replica: string, state: "alive" | "dead", changes: readonly Whereabouts[]): Promise<void> {
    for (let at = 0; at < changes.length; at += BATCH) {
      const rows = changes
        .slice(at, at + BATCH)
        .flatMap(({ room, userId, name, isHere }) => [room, userId, name ?? "", isHere ? replica : ""]);
      await this.#link().client.edgechatSeats(REPLICAS_KEY, leaseKey(replica), replica, state, ...rows);
    }
  }
}
