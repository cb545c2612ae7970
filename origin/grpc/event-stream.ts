import { Metadata, type ServerWritableStream } from "@grpc/grpc-js";
import { limits } from "../../contracts/limits.ts";
import { roomKind } from "../../contracts/names.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import type { OriginSeat, Rider } from "../edge/edge.ts";
import { trafficMetrics } from "../traffic-metrics.ts";
import { metrics } from "./metrics.ts";
import type { GrpcParts } from "./parts.ts";
import { toStatus } from "./status.ts";
import { Subscription, type SubscriptionWish } from "./subscription.ts";

export type StreamCall = ServerWritableStream<unknown, Buffer>;

/** One Subscribe: it does what Subscription says and decides nothing. */
export class EventStream {
  readonly #parts: GrpcParts;
  readonly #call: StreamCall;
  readonly #token: string;
  readonly #room: string;
  readonly #connection = crypto.randomUUID();
  readonly #rules: Subscription;
  readonly #forgetEdge: () => void;
  #seat: OriginSeat | null = null;
  /** The caller has not read what it was written, or the log is being read. */
  #pausing = false;
  #over = false;

  constructor(parts: GrpcParts, call: StreamCall, token: string, wish: SubscriptionWish) {
    this.#parts = parts;
    this.#call = call;
    this.#token = token;
    this.#room = wish.room;
    this.#rules = new Subscription(wish);
    call.once("cancelled", () => this.#finish());
    call.on("drain", () => this.#go());
    this.#forgetEdge = parts.edge.onChange(() => this.#pump());
    parts.streams.add(this);
  }

  /**
   * Takes the seat in the same turn, so that what the caller sends right behind its Subscribe comes after it. The headers
   * leave when the seat stands. [NG7]
   */
  async open(): Promise<void> {
    const wish = { token: this.#token, room: this.#room, askedMsAgo: 0 };
    const seat = await this.#parts.edge.seat(wish, this.#rider());
    if (!seat.ok) return this.#fail(seat);
    if (this.#over) return seat.value.leave();
    this.#seat = seat.value;
    metrics.streams.inc();
    const refusal = this.#rules.stand(seat.value);
    if (refusal !== null) return this.#fail(refusal);
    if (roomKind(this.#room) === "numbered") {
      this.#parts.attendance.came(this.#connection, this.#room, seat.value.person);
    }
    this.#call.sendMetadata(new Metadata());
    this.#pump();
  }

  /** Ends the stream behind what waits already. */
  end(refusal: Refusal): void {
    this.#rules.end(refusal);
    if (this.#seat === null) this.#fail(refusal);
    else this.#pump();
  }

  #rider(): Rider {
    return {
      events: (run) => {
        this.#rules.append(run);
        this.#pump();
      },
      told: () => {},
      direct: () => {},
      reset: () => this.end(fail("outOfRange", "the room's log is another, or was cut behind what this stream had")),
      ended: (refusal) => this.end(refusal),
    };
  }

  #pump(): void {
    while (this.#seat !== null && !this.#over && !this.#pausing) {
      const next = this.#rules.next();
      // The log is read on when the edge is back: until then the stream stays. [NG12]
      if (next.type === "wait" || (next.type === "read" && !this.#parts.edge.isUp)) return;
      if (next.type === "message") this.#write(next.message);
      else if (next.type === "read") this.#read(next.after);
      else this.#fail(next.refusal);
    }
  }

  #write(message: Buffer): void {
    trafficMetrics.deliveries.inc({ carrier: "grpc" });
    this.#pausing = !this.#call.write(message);
  }

  #read(after: number): void {
    this.#pausing = true;
    const query = { after, limit: limits.PAGE_MAX };
    void this.#parts.edge.history(this.#token, this.#room, query).then((page) => {
      if (page.ok) this.#rules.read(page.value);
      else if (this.#parts.edge.isUp) this.#rules.end(page);
      this.#go();
    });
  }

  #go(): void {
    this.#pausing = false;
    this.#pump();
  }

  #fail(refusal: Refusal): void {
    if (this.#over) return;
    this.#finish();
    const { code, details, metadata } = toStatus(refusal);
    this.#call.emit("error", { code, details, metadata });
  }

  /** Gives everything back. Nothing is written any more. */
  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.streams.delete(this);
    this.#forgetEdge();
    if (this.#seat === null) return;
    metrics.streams.dec();
    this.#seat.leave();
    this.#parts.attendance.went(this.#connection);
  }
}
