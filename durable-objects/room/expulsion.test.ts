import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import type { CarrierSeat } from "../../contracts/objects.ts";
import { freshNumber } from "../lib/test-people.ts";
import { CarrierLinks } from "./carrier-links.ts";
import { EventLog } from "./event-log.ts";
import { FakeCarrier } from "./fake-carrier.ts";
import { People } from "./people.ts";

const ANN = { id: 1, name: "Ann" };
const BOB = { id: 2, name: "Bob" };
const seatOf = (userId: number): CarrierSeat => ({ connection: `c${userId}`, userId, sessionId: `s${userId}` });
const FORBIDDEN = { failure: "forbidden", userId: ANN.id };

/** A room's links to a carrier that holds Ann and Bob; who is not in `allowed` may not be there. */
async function withSeated(
  act: (bench: {
    readonly carrier: FakeCarrier;
    readonly links: CarrierLinks;
    readonly allowed: Set<number>;
    readonly append: () => void;
  }) => Promise<void>,
): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(freshNumber()), async (_, { storage }) => {
    const people = new People(storage.sql);
    const log = new EventLog(storage, people, "e");
    storage.sql.exec("INSERT INTO carrier (name) VALUES ('c')");
    const carrier = new FakeCarrier();
    carrier.seated = [seatOf(1), seatOf(2)];
    const allowed = new Set([1, 2]);
    const nothing = () => {};
    const links = new CarrierLinks(storage.sql, { getByName: () => carrier }, "1", log, {
      came: nothing,
      restored: nothing,
      went: nothing,
      gone: nothing,
      personOf: ({ userId }) => (userId === ANN.id ? ANN : BOB),
      mayStay: (userId) => allowed.has(userId),
    });
    const append = () => {
      log.append([{ from: BOB, message: { body: "x" } }], 0);
      links.deliver(log.head);
    };
    await act({ carrier, links, allowed, append });
  });
}

afterEach(() => void vi.restoreAllMocks());

it("[UP10] a carrier hears who has to go before it gets what comes after", async () => {
  await withSeated(async ({ carrier, links, append }) => {
    await links.load();
    const gate = Promise.withResolvers<void>();
    const dismiss = carrier.dismiss.bind(carrier);
    vi.spyOn(carrier, "dismiss").mockImplementation(async (...args) => {
      await gate.promise;
      await dismiss(...args);
    });
    expect(links.expel(ANN.id)).toBe(1);
    append();
    await Promise.resolve();
    expect(carrier.delivered).toEqual([]);
    gate.resolve();
    await expect.poll(() => carrier.delivered).toEqual([1]);
    expect([carrier.dismissed, links.users()]).toEqual([[FORBIDDEN], [BOB.id]]);
  });
});

it("[UP10] a delivery that is on its way holds up nobody's leaving", async () => {
  await withSeated(async ({ carrier, links, append }) => {
    await links.load();
    const gate = Promise.withResolvers<void>();
    carrier.gate = gate.promise;
    append();
    links.expel(ANN.id);
    await expect.poll(() => carrier.dismissed).toEqual([FORBIDDEN]);
    expect(carrier.delivered).toEqual([]);
    gate.resolve();
    await expect.poll(() => carrier.delivered).toEqual([1]);
  });
});

it("[UP10] a carrier that did not take it is told again", async () => {
  await withSeated(async ({ carrier, links }) => {
    await links.load();
    vi.spyOn(carrier, "dismiss").mockRejectedValueOnce(new Error("away"));
    links.expel(ANN.id);
    await expect.poll(() => carrier.dismissed, { timeout: 3_000 }).toEqual([FORBIDDEN]);
  });
});

it("[UP10] who may not stay is sent away when a carrier names them after a crash", async () => {
  await withSeated(async ({ carrier, links, allowed }) => {
    allowed.delete(ANN.id);
    links.review();
    await expect.poll(() => carrier.dismissed).toEqual([FORBIDDEN]);
    expect(links.users()).toEqual([BOB.id]);
  });
});

it("[UP10] who has to go while the carrier is asked is not seated by its answer, which is older", async () => {
  await withSeated(async ({ carrier, links }) => {
    const gate = Promise.withResolvers<void>();
    carrier.gate = gate.promise;
    const asking = links.load();
    links.expel(ANN.id);
    gate.resolve();
    await asking;
    expect([carrier.dismissed, links.users()]).toEqual([[FORBIDDEN], [BOB.id]]);
  });
});
