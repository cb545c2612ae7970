import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Identity } from "../../contracts/identity.ts";
import { ok } from "../../contracts/reply.ts";
import { freshNumber, roomOf, signIn } from "../lib/test-people.ts";
import { People } from "./people.ts";
import { SessionBook } from "./session-book.ts";
import { UserBook } from "./user-book.ts";

const PERSON = { id: 1, name: "Ann", admin: false };

/** A room's book with a user object of the test's own, which answers `during` every question. */
async function withBook(act: (bench: Bench) => Promise<void>): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(freshNumber()), async (_, { storage }) => {
    const asked: string[] = [];
    const users = new UserBook(storage.sql);
    const bench = { asked, users, sharesMarks: true, during: () => {} };
    const attach = async (sessionId: string) => {
      asked.push(sessionId);
      await Promise.resolve();
      bench.during();
      return ok({ ...PERSON, sharesMarks: bench.sharesMarks });
    };
    const { sql } = storage;
    const book = new SessionBook(sql, { getByName: () => ({ attach }) }, "1", new People(sql), users);
    await act(Object.assign(bench, { book }));
  });
}
type Bench = {
  readonly book: SessionBook;
  readonly users: UserBook;
  readonly asked: readonly string[];
  /** What the user object says of marks. */
  sharesMarks: boolean;
  during: () => void;
};

const identity = (): Identity => ({ userId: 1, sessionId: "s", expiresAtMs: Date.now() + 60_000, kind: "user" });

it("[RR1] the user object is asked once, also by acts at the same time", async () => {
  await withBook(async ({ book, asked }) => {
    const ann = identity();
    expect(await Promise.all([book.admit(ann), book.admit(ann)])).toMatchObject([{ ok: true }, { ok: true }]);
    expect([(await book.admit(ann)).ok, asked]).toEqual([true, ["s"]]);
  });
});

it("[RR1] an operator has no session and is refused without asking", async () => {
  await withBook(async ({ book, asked }) => {
    expect(await book.admit({ ...identity(), kind: "operator" })).toMatchObject({ failure: "session" });
    expect(asked).toEqual([]);
  });
});

it("[IN10] who shares no marks shares none from the first admission on, and a letter about it is newer, also an earlier one", async () => {
  await withBook(async (bench) => {
    bench.sharesMarks = false;
    await bench.book.admit(identity());
    expect(bench.users.sharesMarks(1)).toBe(false);
    bench.users.learn(1, { type: "marks", shares: true }, 1);
    await bench.book.admit({ ...identity(), sessionId: "another" });
    expect(bench.users.sharesMarks(1)).toBe(true);
  });
});

it("[RR4] a session that ends while the answer to attach is on its way is refused, then and later", async () => {
  await withBook(async (bench) => {
    const ann = identity();
    bench.during = () => bench.book.end([{ id: ann.sessionId, expiresAtMs: ann.expiresAtMs }]);
    expect(await bench.book.admit(ann)).toMatchObject({ failure: "session" });
    expect(await bench.book.admit(ann)).toMatchObject({ failure: "session" });
    expect(bench.asked).toEqual(["s"]);
  });
});

it("[RR4] a session that ends while its carrier is asked for seats gets none", async () => {
  const room = freshNumber();
  const [ann, bob] = await Promise.all([signIn(), signIn()]);
  const carrier = crypto.randomUUID();
  await roomOf(room).seat(ann, carrier, "first");
  await evictDurableObject(env.ROOM.getByName(room));
  await runInDurableObject(env.ROOM.getByName(room), async (object) => {
    const seating = object.seat(ann, carrier, "second");
    await object.revoke([{ id: ann.sessionId, expiresAtMs: ann.expiresAtMs }]);
    expect(await seating).toMatchObject({ failure: "session" });
  });
  expect(await roomOf(room).presence(bob, 0, 10)).toMatchObject({ value: { count: 0 } });
});
