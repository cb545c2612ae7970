import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Identity } from "../../contracts/identity.ts";
import type { CarrierSeat } from "../../contracts/objects.ts";
import { fail, ok } from "../../contracts/reply.ts";
import { readTokenKeys } from "../../contracts/token.ts";
import { Boarding } from "./boarding.ts";
import { Passenger } from "./passenger.ts";
import { Passengers } from "./passengers.ts";
import { tokenOf } from "./test-carrier.ts";

const PERSON = { id: 1, name: "Ann", admin: false };
const identity = (): Identity => ({
  userId: 1,
  sessionId: "0".repeat(32),
  expiresAtMs: Date.now() + 60_000,
  kind: "user",
});

/** Boarding with rooms and users of the test's own; `during` happens while a room is asked for a seat. */
function createBench(during: (passenger: Passenger, boarding: Boarding) => Promise<void> = async () => {}) {
  const passengers = new Passengers();
  const passenger = Passenger.open(new WebSocketPair()[1], Date.now());
  passengers.add(passenger);
  const left: CarrierSeat[] = [];
  const detached: string[] = [];
  const boarding: Boarding = new Boarding({
    name: "c",
    passengers,
    rooms: {
      getByName: () => ({
        seat: async () => {
          await during(passenger, boarding);
          return ok({ person: PERSON, epoch: "e", seq: 0 });
        },
        unseat: async (_, seat) => void left.push(seat),
      }),
    },
    users: {
      getByName: () => ({
        attach: async () => ok(PERSON),
        detach: async (sessionId) => void detached.push(sessionId),
      }),
    },
    keys: readTokenKeys(env.TOKEN_KEYS),
    isDead: () => false,
  });
  const join = (roomId = 1, who = identity()) =>
    boarding.join(passenger, JSON.stringify({ authToken: tokenOf(who), roomId }));
  return { boarding, passengers, passenger, left, detached, join };
}

it("[GS4] a socket that closes while the room takes it in leaves the room again after the seat", async () => {
  let leftBefore = 0;
  const bench = createBench(async (passenger, boarding) => {
    bench.passengers.remove(passenger);
    await boarding.leave(passenger);
    leftBefore = bench.left.length;
  });
  expect(await bench.join()).toBeNull();
  expect([leftBefore, bench.left.length, bench.detached.length]).toEqual([1, 2, 1]);
  expect(bench.passengers.inRoom("1").size).toBe(0);
});

it("[GS4] a move tells the old room, and stands in the lists of the new one before that is asked", async () => {
  const seen: number[] = [];
  const bench = createBench(async () => void seen.push(bench.passengers.inRoom("2").size));
  await bench.join(1);
  await bench.join(2);
  expect([seen, bench.left.length, bench.passengers.inRoom("1").size]).toEqual([[0, 1], 1, 0]);
});

it("[GS2] an operator's token seats nobody", async () => {
  const bench = createBench();
  expect(await bench.join(1, { ...identity(), kind: "operator" })).toEqual(fail("session"));
});
