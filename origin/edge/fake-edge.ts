import type { Person, RoomEvent } from "../../contracts/event.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";
import type { Edge, OriginSeat, Rider, Run } from "./edge.ts";

type Taken = { readonly token: string; readonly room: string; readonly rider: Rider };

/** An edge in memory for tests: a token is known or not, a send is an event for every rider of its room. */
export class FakeEdge implements Edge {
  isUp = true;
  downSinceMs: number | null = null;
  readonly people = new Map<string, Person>();
  readonly seats = new Set<Taken>();
  readonly asked: string[] = [];
  readonly #heads = new Map<string, number>();
  readonly #known = new Map<string, Sent>();
  /** What a test makes every seat wait for. */
  gate: Promise<void> = Promise.resolve();

  onChange(): () => void {
    return () => {};
  }

  /** Makes a user's token. */
  signIn(id: number, name: string): string {
    const token = `token-of-${name}`;
    this.people.set(token, { id, name });
    return token;
  }

  async seat(wish: { readonly token: string; readonly room: string }, rider: Rider): Promise<Reply<OriginSeat>> {
    this.asked.push(wish.room);
    await this.gate;
    const person = this.people.get(wish.token);
    if (person === undefined) return fail("session");
    const taken = { ...wish, rider };
    this.seats.add(taken);
    const seq = this.#head(wish.room);
    return ok({ person, epoch: "e", seq, after: seq, leave: () => void this.seats.delete(taken) });
  }

  async send(token: string, room: string, { id = "", body }: Outgoing): Promise<Reply<Sent>> {
    const person = this.people.get(token);
    if (person === undefined) return fail("session");
    const known = this.#known.get(`${token} ${id}`);
    if (known !== undefined) return ok({ ...known, duplicate: true });
    const event = this.hand(room, [{ from: person, body }]).events[0];
    const sent: Sent = { epoch: "e", seq: event?.seq ?? 0, at: 0, duplicate: false };
    if (id !== "") this.#known.set(`${token} ${id}`, sent);
    return ok(sent);
  }

  async history(): Promise<Refusal> {
    return fail("unsupported");
  }

  /** Puts events on a room's log and hands the run out. */
  hand(room: string, events: readonly Partial<RoomEvent>[]): Run {
    const after = this.#head(room);
    const run: Run = { room, after, events: events.map((event, i) => toEvent(after + 1 + i, event)) };
    this.#heads.set(room, after + events.length);
    for (const rider of this.ridersIn(room)) rider.events(run);
    return run;
  }

  ridersIn(room: string): readonly Rider[] {
    return [...this.seats].filter((seat) => seat.room === room).map(({ rider }) => rider);
  }

  #head(room: string): number {
    return this.#heads.get(room) ?? 0;
  }
}

function toEvent(seq: number, event: Partial<RoomEvent>): RoomEvent {
  return { kind: "message", from: { id: 1, name: "ann" }, at: 0, messageNo: seq, ...event, seq };
}
