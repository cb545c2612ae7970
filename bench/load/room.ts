import type { Dialect, Place } from "../dialects/dialect.ts";
import { Latencies } from "./latencies.ts";
import { type Faults, Ledger, toBody } from "./ledger.ts";
import { Member } from "./member.ts";

const CONNECTING_MAX = 64;
const ACKNOWLEDGE_MS = 1_000;
const TURNS = 20;
const QUIET_MS_MAX = 20_000;

/** A room full of members, all of whom check everything. */
export class LoadRoom {
  readonly members: Member[] = [];
  readonly ledger = new Ledger();
  readonly #dialect: Dialect;
  readonly #place: Place;
  readonly #latencies: { of: Latencies | null } = { of: null };
  readonly #delivered = { count: 0 };
  #turn = 0;
  #timer: NodeJS.Timeout | null = null;
  #number = 0;

  constructor(dialect: Dialect, place: Place) {
    this.#dialect = dialect;
    this.#place = place;
  }

  get delivered(): number {
    return this.#delivered.count;
  }

  /** Seats so many more. */
  async fill(count: number): Promise<void> {
    const { ledger } = this;
    const watch = { latencies: this.#latencies, delivered: this.#delivered };
    const seating = { dialect: this.#dialect, place: this.#place, ledger, watch };
    const fresh = Array.from({ length: count }, (_, i) => new Member(this.members.length + i, seating));
    await together(fresh, (member) => member.join());
    this.members.push(...fresh);
    this.#timer ??= setInterval(() => this.#acknowledgeSome(), ACKNOWLEDGE_MS / TURNS);
  }

  /** Notes how long messages take from now on. */
  watchLatency(): Latencies {
    const latencies = new Latencies();
    this.#latencies.of = latencies;
    return latencies;
  }

  /** Sends a message that was meant to be sent then. Answers its id. */
  send(member: Member, intendedMs: number): string {
    const number = ++this.#number;
    const id = String(number);
    member.send(id, toBody(member.number, number, intendedMs));
    return id;
  }

  /** Resolves when every member has everything that was sent; false when that takes too long. */
  async settled(readers: readonly Member[] = this.members, msMax = QUIET_MS_MAX): Promise<boolean> {
    const until = performance.now() + msMax;
    const isDone = () => readers.every(({ place, strays }) => strays !== null || place >= this.ledger.sent);
    while (!isDone()) {
      if (performance.now() > until) return false;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return true;
  }

  /** What was lost, doubled or out of order, in the room's order and at each reader. */
  judge(readers: readonly Member[] = this.members): Faults {
    const { ledger } = this;
    const all = [ledger.judgeOrder(), ...readers.map(({ place, strays }) => ledger.judgeReader(place, strays ?? []))];
    return all.reduce((sum, one) => ({
      lost: sum.lost + one.lost,
      duplicated: sum.duplicated + one.duplicated,
      reordered: sum.reordered + one.reordered,
    }));
  }

  leave(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const member of this.members) member.leave();
  }

  /** Each member once a second, as clients do, but not all at the same time. */
  #acknowledgeSome(): void {
    const turn = this.#turn++ % TURNS;
    for (let i = turn; i < this.members.length; i += TURNS) this.members[i]?.acknowledge();
    this.ledger.forgetBefore(
      this.members.reduce((least, { place }) => Math.min(least, place), Number.POSITIVE_INFINITY),
    );
  }
}

/** Does it for each, so many at a time. */
export async function together<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  atOnce = CONNECTING_MAX,
): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
