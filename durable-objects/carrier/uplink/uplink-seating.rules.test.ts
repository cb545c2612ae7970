import { afterEach, expect, it, vi } from "vitest";
import type { Identity } from "../../../contracts/identity.ts";
import type { Seated } from "../../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";
import type { UplinkFrame } from "../../../contracts/uplink.ts";
import { Attachments } from "./attachments.ts";
import { TAKEN_AT_ONCE, UplinkSeating } from "./uplink-seating.ts";
import { type UplinkSeat, UplinkSeats } from "./uplink-seats.ts";

type Member = { readonly id: number; readonly name: string; readonly admin: boolean };
const identityOf = (userId: number): Identity => ({ userId, sessionId: `s${userId}`, expiresAtMs: 9e15, kind: "user" });
const member = ok({ id: 1, name: "Ann", admin: false });
const seated = ok({ person: { id: 1, name: "Ann" }, epoch: "e", seq: 7 });

/** A seating whose user objects and room answer when the test says so; `calls` is what they were told, in order. */
function createBench() {
  const calls: string[] = [];
  const attaching: PromiseWithResolvers<Reply<Member>>[] = [];
  const sitting: PromiseWithResolvers<Reply<Seated>>[] = [];
  const frames: UplinkFrame[] = [];
  const dead = new Set<string>();
  const ask = <T>(name: string, list: PromiseWithResolvers<T>[]) => {
    const answer = Promise.withResolvers<T>();
    calls.push(name);
    list.push(answer);
    return answer.promise;
  };
  const user = {
    attach: () => ask("attach", attaching),
    detach: async () => void calls.push("detach"),
  };
  const room = {
    seat: () => ask("seat", sitting),
    unseatMany: async () => void calls.push("unseat"),
  };
  const seats = new UplinkSeats();
  const seating = new UplinkSeating({
    carrier: "origin:r",
    wire: { push: (frame) => void frames.push(frame) },
    seats,
    rooms: { getByName: () => room },
    attachments: new Attachments({ getByName: () => user }, "origin:r"),
    isDead: (sessionId) => dead.has(sessionId),
  });
  const take = (userId = 1) => {
    const connection = `c${userId}`;
    const own = { connection, roomConnection: `u.${connection}`, room: "1", identity: identityOf(userId) };
    const seat: UplinkSeat = { ...own, sinceMs: undefined, isAttached: false, isStanding: false };
    seats.add(seat);
    return { seat, done: seating.take(seat) };
  };
  return { calls, attaching, sitting, frames, dead, seats, seating, take };
}

afterEach(() => void vi.restoreAllMocks());

async function bothAsked(calls: readonly string[]): Promise<void> {
  await expect.poll(() => [...calls].sort()).toEqual(["attach", "seat"]);
}

it("[UP3] user object and room are asked side by side, and a seat stands when both have said yes", async () => {
  const { calls, attaching, sitting, frames, take } = createBench();
  const { seat, done } = take();
  await bothAsked(calls);
  sitting[0]?.resolve(seated);
  await sitting[0]?.promise;
  expect([frames, seat.isStanding]).toEqual([[], false]);
  attaching[0]?.resolve(member);
  await done;
  expect(frames).toMatchObject([{ type: "seated", connection: "c1", seq: 7 }]);
  expect(seat.isStanding).toBe(true);
});

it("[UP3] [P5] a session that its user object refuses is taken back from the room that let it in, and only behind its answer", async () => {
  const { calls, attaching, sitting, frames, seats, take } = createBench();
  const { done } = take();
  await bothAsked(calls);
  attaching[0]?.resolve(fail("session"));
  await attaching[0]?.promise;
  expect(calls).toHaveLength(2);
  sitting[0]?.resolve(seated);
  await done;
  expect(calls.slice(2).sort()).toEqual(["detach", "unseat"]);
  expect(frames).toMatchObject([{ type: "unseated", connection: "c1", failure: "session" }]);
  expect(seats.size).toBe(0);
});

it("[UP3] a seat that the room refuses leaves no attachment", async () => {
  const { calls, attaching, sitting, frames, take } = createBench();
  const { done } = take();
  await bothAsked(calls);
  sitting[0]?.resolve(fail("forbidden"));
  attaching[0]?.resolve(member);
  await done;
  expect(calls).toContain("detach");
  expect(frames).toMatchObject([{ type: "unseated", failure: "forbidden" }]);
});

it.each(["attach", "seat"])("[UP3] when the answer to %s is lost, the seat is taken back and refused", async (lost) => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockReturnValue();
  const { calls, attaching, sitting, frames, take } = createBench();
  const { done } = take();
  await bothAsked(calls);
  if (lost === "attach") attaching[0]?.reject(new Error("gone"));
  else attaching[0]?.resolve(member);
  if (lost === "seat") sitting[0]?.reject(new Error("gone"));
  else sitting[0]?.resolve(seated);
  await done;
  expect(calls.slice(2)).toContain("unseat");
  expect(frames).toMatchObject([{ type: "unseated", failure: "unavailable" }]);
});

it("[UP6] [RR4] a session that ends while it takes its seat leaves none, whichever of both was answered before", async () => {
  for (const first of ["attach", "seat"]) {
    const { calls, attaching, sitting, frames, dead, seats, seating, take } = createBench();
    const { seat, done } = take();
    await bothAsked(calls);
    if (first === "attach") attaching[0]?.resolve(member);
    else sitting[0]?.resolve(seated);
    dead.add("s1");
    void seating.dismiss([seat], "session");
    attaching[0]?.resolve(member);
    sitting[0]?.resolve(seated);
    await done;
    expect(frames).toMatchObject([{ type: "unseated", failure: "session" }]);
    // The room heard of the end before it took the seat in: it is told again behind its answer.
    expect(calls.filter((call) => call === "unseat")).toHaveLength(2);
    expect([seats.size, calls.filter((call) => call === "detach").length]).toEqual([0, 1]);
  }
});

it("[UP3] so many seats are taken at once and no more, and who gave one back while it waited is asked about by nobody", async () => {
  const { calls, attaching, sitting, frames, seating, take } = createBench();
  const takes = Array.from({ length: 100 }, (_, i) => take(i + 1));
  const asked = () => calls.filter((call) => call === "seat").length;
  await expect.poll(asked).toBeGreaterThan(0);
  expect([asked(), attaching.length]).toEqual([TAKEN_AT_ONCE, TAKEN_AT_ONCE]);
  const last = takes.at(-1);
  if (last !== undefined) await seating.leave(last.seat);
  for (let i = 0; i < 99; i++) {
    await expect.poll(() => sitting.length).toBeGreaterThan(i);
    attaching[i]?.resolve(member);
    sitting[i]?.resolve(seated);
  }
  await Promise.all(takes.map(({ done }) => done));
  expect([asked(), frames.length]).toEqual([99, 99]);
});
