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
type Flight = { readonly item: Item; reply: Reply<Sent> | null };

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
    return this.kept.length === 0 && this.storing === 0 && !this.#flights.some(isLost);
  }

  get isFlying(): boolean {
    return this.#flights.length > 0;
  }

  get isEmpty(): boolean {
    return this.kept.length === 0 && this.storing === 0 && !this.isFlying;
  }

  /** A message is on its way to the edge; what is called with the edge's answer. */
  depart(item: Item): (reply: Reply<Sent>) => void {
    const flight: Flight = { item, reply: null };
    this.#flights.push(flight);
    return (reply) => {
      flight.reply = reply;
    };
  }

  /** A message that must not overtake those on their way, and was not sent itself. */
  queue(item: Item): void {
    this.#flights.push({ item, reply: fail("unavailable") });
  }

  /**
   * Answers what can be answered, in order, and gives back what has to be kept. Behind a lost message that is once
   * everything under way has its answer: a lost one that a later one overtook is refused, because sent again it would
   * be out of order. [OX2]
   */
  land(): Item[] {
    while (this.#flights[0] !== undefined && this.#flights[0].reply !== null && !isLost(this.#flights[0])) {
      const { item, reply } = this.#flights[0];
      this.#flights.shift();
      item.answer(toTaken(reply));
    }
    return this.#flights.every(({ reply }) => reply !== null) ? this.#landAll() : [];
  }

  #landAll(): Item[] {
    const flights = this.#flights;
    this.#flights = [];
    const lastSent = flights.findLastIndex(({ reply }) => reply?.ok);
    return flights.flatMap((flight, at) => {
      if (isLost(flight) && at > lastSent) return [flight.item];
      if (flight.reply !== null) flight.item.answer(toTaken(flight.reply));
      return [];
    });
  }
}

function isLost({ reply }: Flight): boolean {
  return reply !== null && isUnknown(reply);
}

function toTaken(reply: Reply<Sent>): Reply<Taken> {
  return reply.ok ? { ok: true, value: { type: "sent", sent: reply.value } } : reply;
}
