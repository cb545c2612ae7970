import { Buffer } from "node:buffer";
import { limits } from "../../contracts/limits.ts";
import { fail, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Sent } from "../../contracts/services.ts";
import type { Parcel, Taken } from "./outbox.ts";
import { isUnknown } from "./outbox-rules.ts";
import type { Shelved } from "./shelf.ts";

/** A message between its client and the edge. */
export type Item = {
  readonly parcel: Parcel;
  readonly answer: (reply: Reply<Taken>) => void;
  readonly later: (refusal: Refusal) => void;
};
/** A message that is kept, and who is told when it is refused in the end. */
export type Kept = { readonly shelved: Shelved; readonly later: (refusal: Refusal) => void };
/** `lost` says how it got lost: by the edge's own word, with the uplink, or because it was not sent at all. */
type Flight = { readonly item: Item; reply: Reply<Sent> | null; lost: "told" | "broken" | "unsent" | null };

/** The messages of one session, in the order in which they came. */
export class Lane {
  readonly token: string;
  /** On disk and to be sent, the oldest first. */
  readonly kept: Kept[] = [];
  /** On their way to the disk. */
  storing = 0;
  /** The first of `kept` is on its way to the edge, or waits for its next attempt. */
  isBusy = false;
  /** How often the first of `kept` was refused for now. */
  attempts = 0;
  #flights: Flight[] = [];

  constructor(token: string) {
    this.token = token;
  }

  /** Whether a message may go to the edge at once: nothing that came before it has to be kept. [OX1] */
  get isClear(): boolean {
    return this.kept.length === 0 && this.storing === 0 && this.#flights.every(({ lost }) => lost === null);
  }

  get isFlying(): boolean {
    return this.#flights.length > 0;
  }

  get isEmpty(): boolean {
    return this.kept.length === 0 && this.storing === 0 && !this.isFlying;
  }

  /** The first kept messages that are for one room, within the bounds of a series. [OX6] */
  firstSeries(): readonly Kept[] {
    const room = this.kept[0]?.shelved.parcel.room;
    let bytes = 0;
    const end = this.kept.findIndex(({ shelved: { parcel } }, at) => {
      bytes += Buffer.byteLength(parcel.message.body);
      const isFull = at >= limits.OUTBOX_SERIES_MAX || bytes > limits.OUTBOX_SERIES_BYTES_MAX;
      return parcel.room !== room || (isFull && at > 0);
    });
    return this.kept.slice(0, end < 0 ? this.kept.length : end);
  }

  /** A message is on its way to the edge; what is called with the edge's answer, and whether the uplink stands then. */
  depart(item: Item): (reply: Reply<Sent>, isUp: boolean) => void {
    const flight: Flight = { item, reply: null, lost: null };
    this.#flights.push(flight);
    return (reply, isUp) => {
      flight.reply = reply;
      if (isUnknown(reply)) flight.lost = isUp ? "told" : "broken";
    };
  }

  /** A message that must not overtake those on their way, and was not sent itself. */
  queue(item: Item): void {
    this.#flights.push({ item, reply: fail("unavailable"), lost: "unsent" });
  }

  /**
   * Answers what can be answered, in order, and gives back what has to be kept. Behind a lost message that is once
   * everything under way has its answer: a lost one that a later one has or may have overtaken is refused, because sent
   * again it would be out of order. [OX2]
   */
  land(): Item[] {
    for (let first = this.#flights[0]; first?.reply && first.lost === null; first = this.#flights[0]) {
      this.#flights.shift();
      first.item.answer(toTaken(first.reply));
    }
    return this.#flights.every(({ reply }) => reply !== null) ? this.#landAll() : [];
  }

  #landAll(): Item[] {
    const flights = this.#flights;
    this.#flights = [];
    return flights.flatMap((flight, at) => {
      if (flight.lost !== null && !flights.slice(at + 1).some((later) => mayOvertake(flight, later)))
        return [flight.item];
      if (flight.reply !== null) flight.item.answer(toTaken(flight.reply));
      return [];
    });
  }
}

/**
 * Whether a later message may stand on the log before a lost one. What broke with the uplink was taken in order as far
 * as it was taken; what the edge itself gave up was not taken while others may have been.
 */
function mayOvertake(lost: Flight, later: Flight): boolean {
  if (later.reply?.ok) return true;
  return (lost.lost === "told" && later.lost === "broken") || (lost.lost !== "unsent" && later.lost === "told");
}

function toTaken(reply: Reply<Sent>): Reply<Taken> {
  return reply.ok ? { ok: true, value: { type: "sent", sent: reply.value } } : reply;
}
