import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { limits } from "../../contracts/limits.ts";
import type { CarrierSeat } from "../../contracts/objects.ts";
import { freshNumber } from "../lib/test-people.ts";
import { CarrierLinks } from "./carrier-links.ts";
import { EventLog } from "./event-log.ts";
import { FakeCarrier } from "./fake-carrier.ts";
import { People } from "./people.ts";

const ANN = { id: 1, name: "Ann" };
const BOB = { id: 2, name: "Bob" };
const seatOf = (userId: number): CarrierSeat => ({ connection: `c${userId}`, userId, sessionId: `s${userId}` });

type Bench = {
  readonly carrier: FakeCarrier;
  readonly links: CarrierLinks;
  readonly log: EventLog;
  /** What the room heard, in order. */
  readonly heard: readonly string[];
  readonly append: (body?: string) => void;
  /** The carriers that are on disk. */
  readonly stored: () => readonly unknown[];
};

/** A room's links on real storage to a carrier of the test's own, which the room knows from before it slept. */
async function withLinks(act: (bench: Bench) => Promise<void>): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(freshNumber()), async (_, { storage }) => {
    const people = new People(storage.sql);
    for (const person of [ANN, BOB]) people.remember(person);
    const log = new EventLog(storage, people, "e");
    storage.sql.exec("INSERT INTO carrier (name) VALUES ('c')");
    const carrier = new FakeCarrier();
    const heard: string[] = [];
    const hear = (what: string) => (person: { readonly name: string }) => void heard.push(`${what} ${person.name}`);
    const links = new CarrierLinks(storage.sql, { getByName: () => carrier }, "1", log, {
      came: hear("came"),
      restored: hear("restored"),
      went: hear("went"),
      gone: hear("gone"),
      personOf: ({ userId }) => (userId === ANN.id ? ANN : BOB),
      mayStay: () => true,
    });
    const append = (body = "x") => void log.append([{ from: ANN, message: { body } }], 0);
    const stored = () => storage.sql.exec("SELECT name FROM carrier").toArray();
    await act({ carrier, links, log, heard, append, stored });
  });
}

afterEach(() => void vi.useRealTimers());

it("[CA1] a socket that comes while the last one leaves gets every event", async () => {
  await withLinks(async ({ carrier, links, heard, append }) => {
    const gate = Promise.withResolvers<void>();
    carrier.gate = gate.promise;
    const leaving = links.unseat("c", [{ ...seatOf(1), person: ANN }]);
    const coming = links.seat("c", seatOf(2), BOB);
    gate.resolve();
    await Promise.all([leaving, coming]);
    carrier.seated = [seatOf(2)];
    append();
    links.deliver(1);
    await expect.poll(() => carrier.delivered).toEqual([1]);
    expect([links.size, heard]).toEqual([1, ["came Bob", "gone Ann"]]);
  });
});

it("[CA3] a seat that is taken, and one that is left, while the carrier is asked count as the room heard it", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  await withLinks(async ({ carrier, links, heard }) => {
    carrier.seated = [seatOf(1)];
    await links.load();
    vi.setSystemTime(Date.now() + 46_000);
    const gate = Promise.withResolvers<void>();
    carrier.gate = gate.promise;
    const asking = links.load();
    await links.seat("c", seatOf(2), BOB);
    await links.unseat("c", [{ ...seatOf(1), person: ANN }]);
    gate.resolve();
    await asking;
    expect([links.size, heard]).toEqual([1, ["restored Ann", "came Bob", "went Ann"]]);
  });
});

it("[CA3] a socket that left while the carrier was asked is gone, whatever the answer says", async () => {
  await withLinks(async ({ carrier, links, heard, stored }) => {
    const gate = Promise.withResolvers<void>();
    carrier.gate = gate.promise;
    carrier.seated = [seatOf(1)];
    const asking = links.load();
    const leaving = links.unseat("c", [{ ...seatOf(1), person: ANN }]);
    gate.resolve();
    await Promise.all([asking, leaving]);
    expect([links.size, heard, stored()]).toEqual([0, ["restored Ann", "went Ann", "gone Ann"], []]);
  });
});

it("[CA1] a carrier whose last socket left while a call was on its way keeps its one line of calls", async () => {
  await withLinks(async ({ carrier, links, heard, append }) => {
    carrier.seated = [seatOf(1)];
    await links.load();
    const gate = Promise.withResolvers<void>();
    carrier.gate = gate.promise;
    append();
    links.deliver(1);
    append();
    links.deliver(2);
    await links.unseat("c", [{ ...seatOf(1), person: ANN }]);
    carrier.seated = [seatOf(2)];
    await links.seat("c", seatOf(2), BOB);
    append();
    links.deliver(3);
    gate.resolve();
    await expect.poll(() => carrier.delivered).toEqual([1, 2, 3]);
    expect([heard, carrier.asked]).toEqual([["restored Ann", "went Ann", "came Bob"], 1]);
  });
});

it("[CA4] a carrier on which nobody sits is forgotten once its last call is answered", async () => {
  await withLinks(async ({ carrier, links, log, append, stored }) => {
    carrier.seated = [seatOf(1)];
    await links.load();
    append();
    links.deliver(1);
    carrier.seated = [];
    await links.unseat("c", [{ ...seatOf(1), person: ANN }]);
    const afterNext = () => {
      append();
      links.deliver(log.head);
      return stored();
    };
    await expect.poll(afterNext).toEqual([]);
  });
});

it("[CA3] callers that ask at the same time share one question", async () => {
  await withLinks(async ({ carrier, links }) => {
    carrier.seated = [seatOf(1)];
    await Promise.all([links.load(), links.load(), links.seat("c", seatOf(2), BOB)]);
    expect([carrier.asked, links.size]).toEqual([1, 2]);
  });
});

it("[PR2] a carrier that lost its sockets and says nothing is asked again within the minute", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  await withLinks(async ({ carrier, links, heard }) => {
    carrier.seated = [seatOf(1)];
    await links.load();
    carrier.seated = [];
    await links.load();
    expect(links.size).toBe(1);
    vi.setSystemTime(Date.now() + 46_000);
    await links.load();
    expect([links.size, heard]).toEqual([0, ["restored Ann", "went Ann"]]);
  });
});

it("[CA2] a call that failed is made again from the same seq", async () => {
  await withLinks(async ({ carrier, links, append }) => {
    carrier.gate = Promise.reject(new Error("away"));
    append();
    links.deliver(1);
    await Promise.allSettled([carrier.gate]);
    carrier.gate = Promise.resolve();
    append();
    links.deliver(2);
    await expect.poll(() => carrier.delivered, { timeout: 3_000 }).toEqual([1, 2]);
  });
});

it("[CA4] a carrier that falls out of the room's memory is told so and goes on at the head", async () => {
  await withLinks(async ({ carrier, links, log, append }) => {
    const gate = Promise.withResolvers<void>();
    carrier.gate = gate.promise;
    carrier.seated = [seatOf(1)];
    append();
    links.deliver(1);
    const body = "x".repeat(limits.BODY_BYTES_MAX);
    for (let i = 0; i < 300; i++) append(body);
    links.deliver(log.head);
    gate.resolve();
    await expect.poll(() => carrier.dismissed).toEqual([{ failure: "busy", userId: undefined }]);
    await links.seat("c", seatOf(2), BOB);
    carrier.seated = [seatOf(2)];
    append();
    links.deliver(log.head);
    await expect.poll(() => carrier.delivered).toEqual([1, 302]);
  });
});

it("[CA4] a carrier that does not answer keeps whoever asks who is here no longer than 2 s, and leaves no timer", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await withLinks(async ({ carrier, links }) => {
    const gate = Promise.withResolvers<void>();
    carrier.gate = gate.promise;
    const asking = links.load();
    await vi.advanceTimersByTimeAsync(2_000);
    await asking;
    expect(links.size).toBe(0);
    carrier.gate = Promise.resolve();
    gate.resolve();
    await links.load();
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("[RM7] a deleted room closes its sockets on carriers, calls no carrier again and takes no late seat", async () => {
  await withLinks(async ({ carrier, links, log, append, stored }) => {
    const gate = Promise.withResolvers<void>();
    carrier.gate = gate.promise;
    append();
    links.deliver(1);
    append();
    links.deliver(2);
    const late = links.seat("c", seatOf(2), BOB);
    log.end();
    const closed = links.close();
    gate.resolve();
    await Promise.all([late, closed]);
    links.deliver(2);
    expect([carrier.dismissed, carrier.delivered, links.size]).toEqual([[{ failure: "notFound" }], [1], 0]);
    expect(stored()).toEqual([{ name: "c" }]);
  });
});
