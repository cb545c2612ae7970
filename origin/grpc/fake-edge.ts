import type { EventPage, Person, RoomEvent } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import type { PageQuery } from "../../contracts/native.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";
import type { Edge, OriginSeat, Rider } from "../edge/edge.ts";

type Seated = { readonly rider: Rider; readonly room: string; readonly token: string };
type Log = { epoch: string; first: number; readonly events: RoomEvent[] };

/** An edge in memory for tests: rooms with logs, and people by their tokens. Runs leave when a test says so, or at once. */
export class FakeEdge implements Edge {
  isUp = true;
  downSinceMs: number | null = null;
  /** Everything that was asked, in its order. */
  readonly asked: string[] = [];
  readonly seats = new Set<Seated>();
  /** What the next answers are instead. */
  refusal: Refusal | null = null;
  /** Resolved before a seat or a page is answered. */
  held: Promise<unknown> = Promise.resolve();
  readonly #people: Readonly<Record<string, Person>>;
  readonly #logs = new Map<string, Log>();
  readonly #listeners = new Set<() => void>();

  constructor(people: Readonly<Record<string, Person>>) {
    this.#people = people;
  }

  readonly onChange = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly seat: Edge["seat"] = async ({ token, room }, rider): Promise<Reply<OriginSeat>> => {
    this.asked.push(`seat ${room}`);
    const seated = { rider, room, token };
    const person = this.#people[token];
    const { epoch, events } = this.log(room);
    const seq = events.length;
    if (this.refusal === null && person !== undefined) this.seats.add(seated);
    await this.held;
    if (this.refusal !== null) return this.refusal;
    if (person === undefined) return fail("session");
    return ok({ person, epoch, seq, after: seq, leave: () => void this.seats.delete(seated) });
  };

  readonly send: Edge["send"] = async (token, room, { body, stamp, personName }: Outgoing): Promise<Reply<Sent>> => {
    this.asked.push(`send ${room} ${body.slice(0, 20)}`);
    const person = this.#people[token];
    if (!this.isUp) return fail("unavailable");
    if (this.refusal !== null) return this.refusal;
    if (person === undefined) return fail("session");
    if (personName !== person.name) return fail("forbidden");
    const [event] = this.say(room, [{ from: person, body, ...(stamp === undefined ? {} : { stamp }) }]);
    return event === undefined
      ? fail("internal")
      : ok({ seq: event.seq, epoch: this.log(room).epoch, at: event.at, duplicate: false });
  };

  readonly history: Edge["history"] = async (token, room, query): Promise<Reply<EventPage>> => {
    this.asked.push(`history ${room} ${JSON.stringify(query)}`);
    await this.held;
    if (!this.isUp) return fail("unavailable");
    if (this.refusal !== null) return this.refusal;
    return this.#people[token] === undefined ? fail("session") : ok(page(this.log(room), query));
  };

  /** The log of a room, which is there when it is asked for. */
  log(room: string): Log {
    const log = this.#logs.get(room) ?? { epoch: "first", first: 1, events: [] };
    this.#logs.set(room, log);
    return log;
  }

  /** Puts events on a room's log and hands them out as one run. */
  say(room: string, events: readonly Partial<RoomEvent>[]): readonly RoomEvent[] {
    const log = this.log(room);
    const after = log.events.length;
    const from = { id: 2, name: "bob" };
    const fresh = events.map((event, at): RoomEvent => {
      const seq = after + at + 1;
      return { seq, kind: "message", from, at: 1_000 + seq, messageNo: seq, ...event };
    });
    log.events.push(...fresh);
    const run = { room, after, events: fresh };
    for (const seat of this.seats) if (seat.room === room) seat.rider.events(run);
    return fresh;
  }

  /** Ends every seat. */
  end(refusal: Refusal): void {
    for (const seat of this.seats) seat.rider.ended(refusal);
    this.seats.clear();
  }

  /** The uplink breaks or stands again. */
  turn(isUp: boolean): void {
    this.isUp = isUp;
    for (const listener of this.#listeners) listener();
  }
}

function page({ epoch, first, events }: Log, query: PageQuery): EventPage {
  const head = events.length;
  const kept = events.filter(({ seq }) => seq >= first);
  const limit = Math.min(query.limit, limits.PAGE_MAX);
  if ("after" in query) {
    const after = Math.max(query.after, first - 1);
    const found = kept.filter(({ seq }) => seq > after).slice(0, limit);
    return { epoch, after, events: found, more: after + found.length < head, head, first };
  }
  const messages = kept.filter(({ kind, seq }) => kind === "message" && seq < query.before);
  const found = messages.slice(-limit);
  return {
    epoch,
    after: (found[0]?.seq ?? first) - 1,
    events: found,
    more: found.length < messages.length,
    head,
    first,
  };
}
