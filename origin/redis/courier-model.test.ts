import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fail, type Reply } from "../../contracts/reply.ts";
import { KeepingCourier } from "./courier.ts";
import { FakeEdge, parcel } from "./fake-edge.ts";
import { FakeShelf } from "./fake-shelf.ts";
import type { Taken } from "./outbox.ts";
import type { Shelved } from "./shelf.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const refusals = [fail("busy"), fail("rateLimited", "slow down", 300), fail("forbidden"), fail("internal")] as const;
const outcome = fc.constantFrom(
  "sent" as const,
  "sent" as const,
  "lost" as const,
  "lostBehindLog" as const,
  ...refusals,
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("take" as const), session: fc.nat(2) }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant("answer" as const), nth: fc.nat(2), outcome, at: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("write" as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("edgeGone" as const), committed: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("edgeBack" as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("redisGone" as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("redisBack" as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("killed" as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("wait" as const), ms: fc.nat(8_000) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One replica after the other between the same edge and the same disk. */
class World {
  readonly edge = new FakeEdge({ answers: false });
  readonly kept = new Set<string>();
  readonly refused = new Set<string>();
  readonly withdrawn = new Set<string>();
  #shelf = new FakeShelf({ writes: false });
  #courier = this.#startCourier([]);
  #taken = 0;

  get waiting(): number {
    return this.#courier.waiting;
  }

  get stored(): number {
    return this.#shelf.stored.size;
  }

  do(step: Step): void {
    if (step.type === "take") this.#take(`s${step.session}`);
    if (step.type === "answer") this.edge.answer(step.nth, step.outcome, step.at);
    if (step.type === "write") this.#shelf.write(step.count);
    if (step.type === "edgeGone") this.edge.breakOff(step.committed);
    if (step.type === "edgeBack") this.edge.comeBack();
    if (step.type === "redisGone") this.#shelf.breakOff();
    if (step.type === "redisBack") this.#shelf.isUp = true;
    if (step.type === "killed") this.#restart();
  }

  /** Everything works from here on. */
  heal(): void {
    this.#shelf.isUp = true;
    this.#shelf.writes = true;
    this.#shelf.write(Number.MAX_SAFE_INTEGER);
    this.edge.comeBack();
    this.edge.answers = true;
    while (this.edge.underWay > 0) this.edge.answer(0, "sent");
  }

  #take(session: string): void {
    this.#taken += 1;
    const id = `${session} ${String(this.#taken).padStart(4, "0")}`;
    const later = () => void this.withdrawn.add(id);
    const answered = (reply: Reply<Taken>) => {
      if (!reply.ok) this.refused.add(id);
      else if (reply.value.type === "kept") this.kept.add(id);
    };
    void this.#courier.take(parcel(session, id.slice(session.length + 1)), later).then(answered);
  }

  /** kill -9 cuts the uplink too; what is on disk is all that the next one has. */
  #restart(): void {
    this.edge.breakOff(1);
    const { stored } = this.#shelf;
    this.#shelf = new FakeShelf({ writes: false });
    for (const shelved of stored) this.#shelf.stored.add(shelved);
    this.#courier = this.#startCourier([...stored]);
  }

  #startCourier(stored: readonly Shelved[]): KeepingCourier {
    const courier = new KeepingCourier(this.edge, this.#shelf);
    courier.found(stored);
    this.edge.onChange(() => {
      if (courier === this.#courier) courier.drain();
    });
    return courier;
  }
}

const isOfSession = (session: number) => (id: string) => id.startsWith(`s${session} `);

it("[OX2] [OX3] [OX6] whatever breaks in whatever order, what was kept is on the log once or withdrawn, in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const world = new World();
      for (const each of steps) {
        world.do(each);
        await vi.advanceTimersByTimeAsync(each.type === "wait" ? each.ms : 0);
      }
      world.heal();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(world.waiting).toBe(0);
      expect(world.stored).toBe(0);
      const { log, denied } = world.edge;
      expect([...world.kept].filter((id) => !log.includes(id) && !denied.includes(id))).toEqual([]);
      expect([...world.withdrawn].filter((id) => !denied.includes(id))).toEqual([]);
      expect([...world.refused].filter((id) => log.includes(id) && !world.edge.asked.includes(id))).toEqual([]);
      for (const session of [0, 1, 2]) {
        const own = log.filter(isOfSession(session));
        expect(own).toEqual(own.toSorted());
      }
    }),
    { numRuns: 500 },
  );
});
