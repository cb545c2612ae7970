import type { FailureName } from "../../../contracts/failures.ts";
import { limits } from "../../../contracts/limits.ts";
import { log } from "../../../contracts/log.ts";
import { PING } from "../../../contracts/native.ts";
import type { Namespace } from "../../../contracts/objects.ts";
import { fail, type Refusal } from "../../../contracts/reply.ts";
import type { Attachments } from "./attachments.ts";
import { parseUplinkFrame } from "./parse-requests.ts";
import { RequestDesk, type UplinkRoom } from "./request-desk.ts";
import type { TokenBook } from "./token-book.ts";
import { UplinkSeating } from "./uplink-seating.ts";
import { UplinkSeats } from "./uplink-seats.ts";
import { Wire } from "./wire.ts";

type Parts = {
  readonly carrier: string;
  readonly socket: WebSocket;
  /** When the token expires that the uplink was opened with. */
  readonly expiresAtMs: number;
  readonly rooms: Namespace<UplinkRoom>;
  readonly attachments: Attachments;
  readonly tokens: TokenBook;
  readonly isDead: (sessionId: string) => boolean;
  /** Called once, when it is over. */
  readonly ended: () => void;
};

/** One uplink of a replica, from its welcome to its end, and who sits in which room through it. */
export class Uplink {
  readonly seats = new UplinkSeats();
  readonly seating: UplinkSeating;
  readonly wire: Wire;
  readonly #parts: Parts;
  readonly #desk: RequestDesk;
  #heardAtMs = Date.now();

  constructor(parts: Parts) {
    const { carrier, socket, rooms, attachments, tokens, isDead } = parts;
    const { seats } = this;
    this.#parts = parts;
    const wire = new Wire(socket);
    this.wire = wire;
    const seating = new UplinkSeating({ carrier, wire, seats, rooms, attachments, isDead });
    this.seating = seating;
    this.#desk = new RequestDesk({ carrier, wire, seats, seating, rooms, tokens });
    // On Cloudflare the clock stands still between two inputs, so this may be before now and is never after it.
    wire.push({ type: "welcome", carrier, window: limits.UPLINK_WINDOW_BYTES, atMs: Date.now() });
  }

  /** Takes one WebSocket frame. What is not of this protocol ends the uplink. [UP2] */
  take(data: unknown): void {
    if (!this.wire.isOpen) return;
    this.#heardAtMs = Date.now();
    if (data === PING) this.wire.pong();
    else this.#read(data);
  }

  /** Ends what stalls, says nothing or has outlived its token, and seats that have outlived their session. [UP9] [RR6] */
  tick(nowMs: number): void {
    const over = this.#whyOver(nowMs);
    if (over !== null) this.end(over.failure, over.message);
    const expired = this.seats.all().filter(({ identity }) => identity.expiresAtMs <= nowMs);
    if (expired.length > 0) void this.seating.dismiss(expired, "session");
  }

  /** Closes the uplink; all its seats go with it. */
  end(failure: FailureName, reason: string): void {
    if (!this.wire.isOpen) return;
    log("warn", "uplink ended", { carrier: this.#parts.carrier, failure, reason, seats: this.seats.size });
    this.wire.close(failure, reason);
    void this.seating.end();
    this.#parts.ended();
  }

  #read(data: unknown): void {
    const requests = parseUplinkFrame(data);
    if (!requests.ok) this.end(requests.failure, requests.message);
    else for (const request of requests.value) if (!this.#desk.take(request)) this.end("badRequest", "a second seat");
  }

  #whyOver(nowMs: number): Refusal | null {
    if (this.wire.isStalled(nowMs)) return fail("busy", "the replica does not read");
    if (nowMs - this.#heardAtMs > limits.SILENCE_MS_MAX) return fail("idle");
    return this.#parts.expiresAtMs <= nowMs ? fail("session", "the origin's token has expired") : null;
  }
}
