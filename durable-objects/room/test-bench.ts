import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Person } from "../../contracts/event.ts";
import { freshNumber } from "../lib/test-people.ts";
import { EventLog } from "./event-log.ts";
import { NativeSeats } from "./native-seats.ts";
import { People } from "./people.ts";
import { Seat } from "./seat.ts";
import { TestSocket } from "./test-room.ts";

export const ANN: Person = { id: 1, name: "Ann" };
export const BOB: Person = { id: 2, name: "Bob" };

/** A seat as after hello, and the client's end of its socket. */
export function openSeat(person: Person, nowMs = Date.now()): { readonly seat: Seat; readonly client: TestSocket } {
  const { 0: near, 1: far } = new WebSocketPair();
  far.accept();
  const identity = {
    userId: person.id,
    sessionId: `s${person.id}`,
    expiresAtMs: nowMs + 60_000,
    kind: "user",
  } as const;
  const seat = Seat.open(far, identity, person, nowMs);
  seat.restart(0);
  return { seat, client: new TestSocket(near) };
}

/** Native seats and a log on real storage; `first` pretends that the log was shortened. */
export async function withSeats(
  first: number,
  act: (bench: { readonly seats: NativeSeats; readonly log: EventLog }) => Promise<void>,
): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(freshNumber()), async (_, { storage }) => {
    const log = new EventLog(storage, new People(storage.sql), "e");
    await act({ seats: new NativeSeats(withGet(log, "first", first)), log });
  });
}

/** The same object with one property of the test's own. Methods are bound to it, as #private members ask for. */
export function withGet<T extends object, Key extends keyof T>(object: T, key: Key, value: T[Key]): T {
  return new Proxy(object, {
    get(target, asked) {
      if (asked === key) return value;
      const own: unknown = Reflect.get(target, asked, target);
      return typeof own === "function" ? own.bind(target) : own;
    },
  });
}
