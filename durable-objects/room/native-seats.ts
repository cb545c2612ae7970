import { limits } from "../../contracts/limits.ts";
import { count, move } from "../../contracts/metrics.ts";
import type { LogPosition, ServerFrame } from "../../contracts/native.ts";
import type { EventLog } from "./event-log.ts";
import { windowBytes } from "./flight.ts";
import type { Seat } from "./seat.ts";
import type { EncodedEvent } from "./tail.ts";

const PUSH_BYTES_MAX = 131_072;
const PUSH_EVENTS_MAX = 1_000;
const DIALECT = { dialect: "native" };

/** The native sockets of a room and how far each has been served from the log. */
export class NativeSeats {
  readonly #log: EventLog;
  readonly #seats = new Map<WebSocket, Seat>();
  /** Seats that are not at `#flushed`: they read on from the log when their window allows. */
  readonly #behind = new Set<Seat>();
  /** The last seq that live seats were given; what is above it waits for the next flush. */
  #flushed: number;

  /** What a seat that lags read last, and which revision of the log it was read from. */
  #recent: (Run & { readonly revision: number }) | null = null;

  constructor(log: EventLog) {
    this.#log = log;
    this.#flushed = log.head;
  }

  get size(): number {
    return this.#seats.size;
  }

  get flushed(): number {
    return this.#flushed;
  }

  get window(): number {
    return windowBytes(this.#seats.size);
  }

  of(socket: WebSocket): Seat | undefined {
    return this.#seats.get(socket);
  }

  all(): IterableIterator<Seat> {
    return this.#seats.values();
  }

  /** A seat that the runtime kept while the room slept. */
  restore(seat: Seat): void {
    this.#seats.set(seat.socket, seat);
    if (seat.seated && seat.position < this.#flushed) this.#behind.add(seat);
  }

  add(seat: Seat): void {
    this.#seats.set(seat.socket, seat);
    move("edgechat_connections", DIALECT, 1);
  }

  /** Takes the seat away: nothing is sent to it and nothing accepted from it afterwards. */
  remove(seat: Seat): boolean {
    this.#behind.delete(seat);
    if (!this.#seats.delete(seat.socket)) return false;
    move("edgechat_connections", DIALECT, -1);
    return true;
  }

  /** Pushes what was committed since the last flush, one encoding for everybody. */
  flush(): void {
    while (this.#flushed < this.#log.head) {
      const run = this.#log.after(this.#flushed, PUSH_EVENTS_MAX, this.#pushBytes());
      this.#pushLive(encodeRun(this.#flushed, run));
      this.#flushed += run.length;
    }
    for (const seat of this.#behind) this.catchUp(seat);
  }

  /**
   * Starts a seat at the head, or where it left off; answers the frames that say so, before any event. What is older than
   * `visibleFrom` is not for it, and it is told so like of what is not kept. [NW3] [RO13]
   */
  start(seat: Seat, resume: LogPosition | undefined, visibleFrom = 1): readonly ServerFrame[] {
    const first = Math.max(this.#log.first, visibleFrom);
    // A guest who came after the last flush is not told what that left for the next one.
    const newest = Math.max(this.#flushed, visibleFrom - 1);
    if (resume === undefined) return this.#startAt(seat, newest, "fresh", []);
    if (resume.epoch !== this.#log.epoch || resume.seq > this.#log.head) {
      const reset = { type: "reset", epoch: this.#log.epoch, seq: newest } as const;
      return this.#startAt(seat, newest, "reset", [reset]);
    }
    const from = resume.seq + 1;
    if (from < first) {
      const truncated = { type: "truncated", from, to: first - 1 } as const;
      return this.#startAt(seat, first - 1, "truncated", [truncated]);
    }
    const seq = Math.min(resume.seq, newest);
    return this.#startAt(seat, seq, "resumed", [{ type: "resumed", from, to: newest }]);
  }

  /** Pushes from the log while the seat's window allows; says `lagging` once when it does not. [CR3] */
  catchUp(seat: Seat): void {
    while (seat.position < this.#flushed) {
      // Below half of the window a page is worth its frame; above it every ack would fetch a few events.
      if (seat.flight.bytes > this.window / 2) {
        this.#lag(seat);
        return;
      }
      this.#skipCut(seat);
      if (seat.position >= this.#flushed) break;
      const missing = Math.min(this.#flushed - seat.position, PUSH_EVENTS_MAX);
      const run = this.#runAfter(seat.position, missing);
      if (!this.#push(seat, run)) return;
      count("edgechat_deliveries_total", DIALECT, run.last - run.after);
    }
    this.#behind.delete(seat);
    seat.lagging = false;
  }

  send(seat: Seat, frames: readonly ServerFrame[]): void {
    this.#write(seat, JSON.stringify(frames));
  }

  /** Presence, typing, marks: never to a seat that lags or that shows no sign of life while they pile up. [CR4] */
  broadcast(frame: ServerFrame, signOfLifeMs: (seat: Seat) => number, onlyUserId?: number): void {
    const text = JSON.stringify([frame]);
    for (const seat of this.#seats.values()) {
      if (!seat.seated || seat.lagging) continue;
      if (onlyUserId !== undefined && seat.person.id !== onlyUserId) continue;
      if (seat.transientBytes > limits.WINDOW_BYTES_MAX) {
        const seenAtMs = signOfLifeMs(seat);
        if (seenAtMs <= seat.seenAtMs) continue;
        seat.seenAtMs = seenAtMs;
        seat.transientBytes = 0;
      }
      seat.transientBytes += text.length;
      this.#write(seat, text);
    }
  }

  #startAt(seat: Seat, seq: number, outcome: string, frames: readonly ServerFrame[]): readonly ServerFrame[] {
    seat.restart(seq);
    if (seq < this.#flushed) this.#behind.add(seat);
    else this.#behind.delete(seat);
    if (outcome !== "fresh") count("edgechat_resumes_total", { outcome });
    return frames;
  }

  #pushLive(run: Run): void {
    let pushed = 0;
    for (const seat of this.#seats.values()) {
      if (!seat.seated || seat.position >= run.last) continue;
      if (seat.position === run.after && this.#push(seat, run)) pushed++;
      else this.#behind.add(seat);
    }
    count("edgechat_deliveries_total", DIALECT, pushed * (run.last - run.after));
  }

  /** Seats that lag do so together, at the same places: what one of them reads next is kept for the others. */
  #runAfter(seq: number, maxEvents: number): Run {
    // Half of the window: the next one is on its way while this one is acknowledged.
    const bytes = Math.min(PUSH_BYTES_MAX, this.window / 2);
    const { revision } = this.#log;
    const known = this.#recent;
    const isSame = known?.after === seq && known.revision === revision;
    if (isSame && known.bytes <= bytes && known.last <= seq + maxEvents) return known;
    this.#recent = { ...encodeRun(seq, this.#log.after(seq, maxEvents, bytes)), revision };
    return this.#recent;
  }

  #push(seat: Seat, run: Run): boolean {
    if (!seat.flight.fits(run.bytes, this.window)) {
      this.#lag(seat);
      return false;
    }
    seat.position = run.last;
    seat.flight.add(run.last, run.bytes);
    return this.#write(seat, run.text);
  }

  /**
   * What the seat would read next was cut meanwhile: it is told so and goes on at the first. Its credit stays used, so that
   * cuts bring a reader who stalls nothing more to hold.
   */
  #skipCut(seat: Seat): void {
    const to = this.#log.first - 1;
    if (seat.position >= to) return;
    this.send(seat, [{ type: "truncated", from: seat.position + 1, to }]);
    seat.position = to;
  }

  #lag(seat: Seat): void {
    if (seat.lagging) return;
    seat.lagging = true;
    count("edgechat_lagging_total");
    this.send(seat, [{ type: "lagging", seq: seat.position, window: this.window }]);
  }

  #pushBytes(): number {
    return Math.min(PUSH_BYTES_MAX, this.window);
  }

  /** A socket that cannot be written to is on its way out; its close event takes the seat away. */
  #write(seat: Seat, text: string): boolean {
    try {
      seat.socket.send(text);
      return true;
    } catch {
      return false;
    }
  }
}

/** A run of the log as one WebSocket frame. */
type Run = { readonly after: number; readonly last: number; readonly text: string; readonly bytes: number };

function encodeRun(after: number, run: readonly EncodedEvent[]): Run {
  const text = `[{"type":"events","after":${after},"events":[${run.map(({ json }) => json).join(",")}]}]`;
  const bytes = run.reduce((sum, encoded) => sum + encoded.bytes, 0);
  return { after, last: after + run.length, text, bytes };
}
