import type { EventPage } from "../../contracts/event.ts";
import type { LogPosition } from "../../contracts/native.ts";
import type { Reply } from "../../contracts/reply.ts";
import type { UplinkFrame } from "../../contracts/uplink.ts";
import { Feed } from "./feed.ts";
import type { EdgePlatform } from "./platform.ts";
import type { Seat } from "./seat.ts";

/** A log that could not be read is read again within this. */
const PULL_AGAIN_MS = 1_000;

type Pull = (room: string, after: number) => Promise<Reply<EventPage>>;

/** The feeds of all rooms with a seat: closes their gaps from the log, and drops each with its last rider. [UC5] */
export class RoomFeeds {
  readonly #platform: Pick<EdgePlatform, "after" | "random">;
  readonly #pull: Pull;
  readonly #feeds = new Map<string, Feed>();
  /** Which uplink this is: an answer of one that broke is not heard. */
  #uplink = 0;

  constructor(platform: Pick<EdgePlatform, "after" | "random">, pull: Pull) {
    this.#platform = platform;
    this.#pull = pull;
  }

  get(room: string): Feed | undefined {
    return this.#feeds.get(room);
  }

  open(room: string): Feed {
    const feed = this.#feeds.get(room) ?? new Feed(room);
    this.#feeds.set(room, feed);
    return feed;
  }

  seated(seat: Seat, position: LogPosition, visibleFrom?: number): void {
    const { room } = seat.wish;
    const feed = this.open(room);
    feed.seated(seat, position, visibleFrom);
    this.#mend(room, feed);
  }

  remove(seat: Seat): void {
    const { room } = seat.wish;
    const feed = this.#feeds.get(room);
    feed?.remove(seat);
    if (feed?.isEmpty) this.#feeds.delete(room);
  }

  broke(): void {
    this.#uplink += 1;
    for (const feed of this.#feeds.values()) feed.broke();
  }

  /** A frame is a run as it is: every rider gets the same object. */
  events(run: Extract<UplinkFrame, { type: "events" }>): void {
    const feed = this.#feeds.get(run.room);
    if (feed === undefined) return;
    feed.take(run);
    this.#mend(run.room, feed);
  }

  told({ room, frame, onlyUserId }: Extract<UplinkFrame, { type: "told" }>): void {
    this.#feeds.get(room)?.told(frame, onlyUserId);
  }

  #mend(room: string, feed: Feed): void {
    const after = feed.gap;
    if (after === null) return;
    feed.pulling();
    void this.#read(room, feed, after);
  }

  async #read(room: string, feed: Feed, after: number): Promise<void> {
    const uplink = this.#uplink;
    const page = await this.#pull(room, after);
    if (uplink !== this.#uplink) return;
    if (page.ok && feed.pulled(page.value)) return this.#mend(room, feed);
    feed.pulling(); // until then: a log that cannot be read is not asked for by every run
    this.#platform.after(this.#platform.random() * PULL_AGAIN_MS, () => {
      if (uplink !== this.#uplink) return;
      feed.pullFailed();
      this.#mend(room, feed);
    });
  }
}
