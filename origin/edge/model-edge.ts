import type { EventPage, RoomEvent } from "../../contracts/event.ts";
import { fail, ok } from "../../contracts/reply.ts";
import type { UplinkFrame, UplinkRequest } from "../../contracts/uplink.ts";
import type { FakeUplink } from "./fake-platform.ts";

const PAGE = 5;

/**
 * The edge's side of an uplink for one room, reduced to what it promises: a seat begins at the head, what comes behind it
 * is handed out in runs that may repeat, late or with holes, and the log can be read. The test says when each happens.
 */
export class ModelEdge {
  epoch = "e1";
  head = 0;
  /** The oldest seq that is retained. */
  first = 1;
  /** Requests that were not done yet. */
  #requests: UplinkRequest[] = [];
  /** Answers that were not said yet. Runs overtake them. */
  #answers: UplinkFrame[] = [];
  readonly #seats = new Set<string>();
  #handedOut = 0;
  #socket: FakeUplink | null = null;

  attach(socket: FakeUplink): void {
    this.#socket = socket;
    this.#requests = [];
    this.#answers = [];
    this.#seats.clear();
  }

  get isIdle(): boolean {
    this.#requests.push(...(this.#socket?.taken() ?? []));
    return this.#requests.length + this.#answers.length === 0;
  }

  append(count: number): void {
    this.head += count;
  }

  cut(count: number): void {
    this.first = Math.min(this.head + 1, this.first + count);
  }

  begin(epoch: string): void {
    Object.assign(this, { epoch, head: 3, first: 1 });
    this.#handedOut = 0;
  }

  /** Does up to `count` of what was asked; with `busy`, refuses what may be asked again. */
  work(count: number, busy = false): void {
    this.#requests.push(...(this.#socket?.taken() ?? []));
    for (const request of this.#requests.splice(0, count)) this.#do(request, busy);
  }

  /** Says up to `count` of its answers. */
  answer(count: number): void {
    for (const frame of this.#answers.splice(0, count)) this.#socket?.say(frame);
  }

  /** Hands out what is new, from `again` seqs before, in runs of `size`; the first `lost` of it get lost. */
  flush(size: number, again = 0, lost = 0): void {
    if (this.#seats.size === 0) return;
    let after = Math.min(this.head, Math.max(this.first - 1, this.#handedOut - again) + lost);
    while (after < this.head) {
      const events = toEvents(after, Math.min(this.head, after + size));
      this.#socket?.say({ type: "events", room: "1", after, events });
      after += events.length;
    }
    this.#handedOut = this.head;
  }

  #do(request: UplinkRequest, busy: boolean): void {
    if (request.type === "unseat") this.#seats.delete(request.connection);
    if (request.type === "pull") {
      const reply = busy || this.#seats.size === 0 ? fail("busy") : ok(this.#page(request.after));
      this.#answers.push({ type: "answer", req: request.req, reply });
    }
    if (request.type === "seat") this.#seat(request.connection, request.room, busy);
  }

  #seat(connection: string, room: string, busy: boolean): void {
    if (busy) {
      this.#answers.push({ type: "unseated", connection, failure: "busy", message: "" });
      return;
    }
    if (this.#seats.size === 0) this.#handedOut = this.head;
    this.#seats.add(connection);
    const person = { id: Number(connection), name: connection };
    this.#answers.push({ type: "seated", connection, room, epoch: this.epoch, seq: this.head, person });
  }

  #page(after: number): EventPage {
    const from = Math.max(after, this.first - 1);
    const to = Math.min(this.head, from + PAGE);
    const { epoch, head, first } = this;
    return { epoch, after: from, events: toEvents(from, to), more: to < head, head, first };
  }
}

/** The events behind `after`, up to `to`. */
export function toEvents(after: number, to: number): RoomEvent[] {
  return Array.from({ length: Math.max(0, to - after) }, (_, i) => {
    const seq = after + 1 + i;
    return { seq, kind: "message", from: { id: 1, name: "ann" }, at: seq, messageNo: seq, body: `m${seq}` };
  });
}
