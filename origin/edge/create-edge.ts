import type { EventPage } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { parseRoomName } from "../../contracts/names.ts";
import type { PageQuery } from "../../contracts/native.ts";
import { fail, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";
import { UPLINK_PATH, UPLINK_REPLICA_PARAM, type UplinkFrame, type UplinkRequest } from "../../contracts/uplink.ts";
import { Asks } from "./asks.ts";
import { refuseMessage, refuseQuery } from "./check-request.ts";
import type { OriginSeat, Rider, SeatWish, SeriesEdge } from "./edge.ts";
import { EdgeClock } from "./edge-clock.ts";
import { edgeMetrics } from "./metrics.ts";
import { nodePlatform } from "./node-platform.ts";
import { Outbound } from "./outbound.ts";
import type { EdgePlatform, UplinkSocket } from "./platform.ts";
import { ReadMark } from "./read-mark.ts";
import { RoomFeeds } from "./room-feeds.ts";
import { SeatBook } from "./seat-book.ts";
import { Uplink } from "./uplink.ts";

export type EdgeOptions = {
  readonly url: string;
  /** The origin's own token. Seats and sends bring their users'. */
  readonly token: string;
  readonly replicaId: string;
  readonly platform?: EdgePlatform;
};

export type EdgeClient = SeriesEdge & {
  /** Dials. */
  readonly start: () => void;
  /** Leaves: seats that are left end as `unavailable`. */
  readonly close: () => void;
  /** The edge forbade coming back, or it was closed. */
  readonly over: Promise<Refusal>;
};

type FrameOf<T extends UplinkFrame["type"]> = Extract<UplinkFrame, { type: T }>;

const RETRY_MS = 1_000;

/** Makes the edge of a replica; nothing is dialled before start(). */
export function createEdge(options: EdgeOptions): EdgeClient {
  return new UplinkedEdge(options);
}

class UplinkedEdge implements EdgeClient {
  readonly over: Promise<Refusal>;
  readonly #platform: EdgePlatform;
  readonly #outbound: Outbound;
  readonly #asks: Asks;
  readonly #feeds: RoomFeeds;
  readonly #book: SeatBook;
  readonly #uplink: Uplink;
  readonly #clock = new EdgeClock();
  readonly #listeners = new Set<() => void>();
  readonly #tellOver: (refusal: Refusal) => void;
  #refusal: Refusal | null = null;
  #downSinceMs: number | null;
  readonly #reading = new ReadMark();

  constructor({ url, token, replicaId, platform = nodePlatform }: EdgeOptions) {
    this.#platform = platform;
    this.#downSinceMs = platform.nowMs();
    this.#outbound = new Outbound(platform);
    this.#asks = new Asks(platform);
    this.#feeds = new RoomFeeds(platform, (room, after) => this.#pull(room, after));
    const request = (one: UplinkRequest) => this.#outbound.put(one);
    this.#book = new SeatBook({ platform, clock: this.#clock, feeds: this.#feeds, request });
    this.#uplink = new Uplink(
      { url: toUplinkUrl(url, replicaId), token, platform },
      {
        opened: (socket, welcome) => this.#opened(socket, welcome),
        received: (frames, bytes) => this.#received(frames, bytes),
        broke: () => this.#broke(),
        over: (refusal) => this.#end(refusal),
      },
    );
    const { promise, resolve } = Promise.withResolvers<Refusal>();
    this.over = promise;
    this.#tellOver = resolve;
  }

  readonly start = (): void => this.#uplink.start();

  readonly close = (): void => {
    if (this.#refusal !== null) return;
    const wasUp = this.isUp;
    this.#uplink.close();
    if (wasUp) this.#broke();
    this.#end(fail("unavailable", "the origin stops: connect again"));
  };

  get isUp(): boolean {
    return this.#downSinceMs === null;
  }

  get downSinceMs(): number | null {
    return this.#downSinceMs;
  }

  readonly onChange = (listener: () => void): (() => void) => {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  };

  /** Under the room's own name: other spellings of it are the same room, and the edge speaks of none of them. */
  readonly seat = ({ token, room, askedMsAgo }: SeatWish, rider: Rider): Promise<Reply<OriginSeat>> => {
    const name = this.#refusal ?? parseRoomName(room);
    if (!name.ok) return Promise.resolve(name);
    const asked = askedMsAgo === undefined ? {} : { askedAtMs: this.#platform.steadyMs() - askedMsAgo };
    return this.#book.seat({ token, room: name.value, ...asked }, rider);
  };

  readonly send = (token: string, room: string, message: Outgoing): Promise<Reply<Sent>> => {
    const refusal = this.#refuse() ?? refuseMessage(message);
    if (refusal !== null) return Promise.resolve(refusal);
    const { req, reply } = this.#asks.open<Sent>();
    this.#outbound.put({ type: "send", req, token, room, message });
    return reply;
  };

  readonly sendSeries = (
    token: string,
    room: string,
    messages: readonly Outgoing[],
  ): Promise<Reply<readonly Reply<Sent>[]>> => {
    const refusal = this.#refuse() ?? messages.map(refuseMessage).find((one) => one !== null);
    if (refusal !== undefined) return Promise.resolve(refusal);
    const { req, reply } = this.#asks.open<readonly Reply<Sent>[]>();
    this.#outbound.put({ type: "series", req, token, room, messages });
    return reply;
  };

  readonly history = (token: string, room: string, query: PageQuery): Promise<Reply<EventPage>> => {
    const refusal = this.#refuse() ?? refuseQuery(query);
    if (refusal !== null) return Promise.resolve(refusal);
    const { req, reply } = this.#asks.open<EventPage>();
    this.#outbound.put({ type: "history", req, token, room, query });
    return reply;
  };

  /** Never refused for want of room: a gap that stays open costs more than the request. */
  #pull(room: string, after: number): Promise<Reply<EventPage>> {
    const { req, reply } = this.#asks.open<EventPage>();
    this.#outbound.put({ type: "pull", req, room, after });
    return reply;
  }

  #refuse(): Refusal | null {
    if (!this.isUp) return fail("unavailable");
    const isFull = this.#asks.size >= limits.UPLINK_ASKS_MAX || this.#outbound.bytes >= limits.UPLINK_QUEUE_BYTES_MAX;
    return isFull ? fail("busy", undefined, RETRY_MS) : null;
  }

  #opened(socket: UplinkSocket, { window, atMs }: FrameOf<"welcome">): void {
    this.#reading.open(window);
    this.#clock.forget();
    this.#hear(atMs);
    this.#outbound.open(socket);
    edgeMetrics.connects.inc();
    this.#change(null);
    this.#book.opened(); // before anybody hears of it: what is sent then comes behind its seat
    this.#tell();
  }

  #received(frames: readonly UplinkFrame[], bytes: number): void {
    let events = 0;
    for (const frame of frames) {
      this.#take(frame);
      if (frame.type === "events") events += frame.events.length;
    }
    if (events > 0) edgeMetrics.frameEvents.observe({ direction: "in" }, events);
    const read = this.#reading.add(bytes);
    if (read !== null) this.#outbound.put({ type: "read", bytes: read });
  }

  #take(frame: UplinkFrame): void {
    if (frame.type === "events") this.#feeds.events(frame);
    else if (frame.type === "answer") this.#asks.answer(frame.req, frame.reply);
    else if (frame.type === "told") this.#feeds.told(frame);
    else if (frame.type === "seated") this.#seated(frame);
    else if (frame.type === "unseated") this.#book.unseated(frame);
    else if (frame.type === "direct") this.#book.direct(frame);
    // The welcome was read, and what a newer edge says beside these is not needed here.
  }

  #seated(frame: FrameOf<"seated">): void {
    this.#hear(frame.atMs);
    this.#book.seated(frame);
  }

  /** An event's time is none of these: a log may end in the future. */
  #hear(edgeMs: number | undefined): void {
    if (edgeMs !== undefined) this.#clock.heard(edgeMs, this.#platform.steadyMs());
  }

  #broke(): void {
    this.#outbound.close();
    this.#book.broke();
    this.#change(this.#platform.nowMs());
    this.#asks.failAll();
    this.#tell();
  }

  #end(refusal: Refusal): void {
    this.#refusal = refusal;
    this.#book.end(refusal);
    this.#tellOver(refusal);
  }

  #change(downSinceMs: number | null): void {
    this.#downSinceMs = downSinceMs;
    edgeMetrics.up.set(downSinceMs === null ? 1 : 0);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function toUplinkUrl(edgeUrl: string, replicaId: string): string {
  const url = new URL(UPLINK_PATH, edgeUrl.replace(/^http/, "ws"));
  url.searchParams.set(UPLINK_REPLICA_PARAM, replicaId);
  return url.href;
}
