import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Session } from "../../contracts/services.ts";

const HOUR_MS = 3_600_000;
const fresh = () => env.ROSTER.getByName(`roster-${crypto.randomUUID()}`);

function newSession(createdAtMs = Date.now(), expiresAtMs = Date.now() + HOUR_MS): Session {
  return { id: crypto.randomUUID().replaceAll("-", ""), createdAtMs, expiresAtMs, label: "" };
}

const rowsOf = (roster: ReturnType<typeof fresh>) =>
  runInDurableObject(roster, (_, { storage }) =>
    storage.sql.exec<{ user_name: string; ended: number }>("SELECT user_name, ended FROM session").toArray(),
  );

it("[SE10] a cold start migrates once, and the list survives eviction", async () => {
  const roster = fresh();
  expect(await roster.live(10)).toEqual([]);
  const session = newSession();
  await roster.began(1, "Ann", session);
  await evictDurableObject(roster);
  const { id, createdAtMs, expiresAtMs } = session;
  expect(await roster.live(10)).toEqual([
    { userName: "Ann", sessionIdStart: id.slice(0, 8), createdAtMs, expiresAtMs },
  ]);
  const stored = await runInDurableObject(roster, (_, { storage }) =>
    storage.sql.exec<{ id: string }>("SELECT id FROM migrations ORDER BY rowid").toArray(),
  );
  expect(stored).toEqual([{ id: "jobs" }, { id: "session" }]);
});

it("[SE12] the newest come first, no more than asked for, and of an id only the beginning", async () => {
  const roster = fresh();
  const now = Date.now();
  for (const [i, ageMs] of [3_000, 1_000, 2_000].entries()) await roster.began(i, `u${ageMs}`, newSession(now - ageMs));
  const newest = await roster.live(2);
  expect(newest.map(({ userName }) => userName)).toEqual(["u1000", "u2000"]);
  for (const { sessionIdStart } of newest) expect(sessionIdStart).toHaveLength(8);
});

it("[SE11] news that comes again changes nothing", async () => {
  const roster = fresh();
  const [a, b] = [newSession(), newSession()];
  for (let i = 0; i < 2; i++) {
    await roster.began(1, "Ann", a);
    await roster.began(1, "Ann", b);
  }
  expect(await roster.live(10)).toHaveLength(2);
  for (let i = 0; i < 2; i++) await roster.ended(1, [a.id], a.expiresAtMs);
  await roster.began(1, "Ann", a);
  expect((await roster.live(10)).map(({ sessionIdStart }) => sessionIdStart)).toEqual([b.id.slice(0, 8)]);
  const kept = [
    { user_name: "", ended: 1 },
    { user_name: "Ann", ended: 0 },
  ];
  expect(await rowsOf(roster)).toEqual(expect.arrayContaining(kept));
});

it("[SE11] an end that overtakes its beginning wins, also across eviction, and keeps no name", async () => {
  const roster = fresh();
  const session = newSession();
  await roster.ended(1, [session.id], session.expiresAtMs);
  await evictDurableObject(roster);
  await roster.began(1, "Ann", session);
  expect(await roster.live(10)).toEqual([]);
  expect(await rowsOf(roster)).toEqual([{ user_name: "", ended: 1 }]);
});

it("[SE11] ends are the user's own: the same id of another user stays listed", async () => {
  const roster = fresh();
  const session = newSession();
  await roster.began(1, "Ann", session);
  await roster.ended(2, [session.id], session.expiresAtMs);
  expect(await roster.live(10)).toHaveLength(1);
});

it("[SE11] what has expired is not listed or written; the alarm forgets rows and marks, and runs twice without harm", async () => {
  const roster = fresh();
  const past = newSession(0, Date.now() - 1);
  await roster.began(1, "Ann", past);
  await roster.ended(1, [past.id], past.expiresAtMs);
  expect(await rowsOf(roster)).toEqual([]);

  const live = newSession(Date.now(), Date.now() + 2 * HOUR_MS);
  const [expired, ended] = [newSession(), newSession()];
  for (const session of [live, expired]) await roster.began(1, "Ann", session);
  await roster.ended(1, [ended.id], ended.expiresAtMs);
  await runInDurableObject(roster, (_, { storage }) => {
    storage.sql.exec("UPDATE session SET expires_at = 1 WHERE id <> ?", live.id);
    storage.sql.exec("UPDATE job SET due_at = 1");
  });
  expect(await roster.live(10)).toHaveLength(1);
  expect(await runDurableObjectAlarm(roster)).toBe(true);
  expect(await runDurableObjectAlarm(roster)).toBe(true);
  expect(await rowsOf(roster)).toEqual([{ user_name: "Ann", ended: 0 }]);
  // Nobody is woken before there is something to forget.
  expect(await runInDurableObject(roster, (_, { storage }) => storage.getAlarm())).toBe(live.expiresAtMs);
});

it.each(["began", "ended"] as const)("[SE11] a shard that only heard of what %s wakes to forget it", async (news) => {
  const roster = fresh();
  const session = newSession();
  if (news === "began") await roster.began(1, "Ann", session);
  else await roster.ended(1, [session.id], session.expiresAtMs);
  expect(await runInDurableObject(roster, (_, { storage }) => storage.getAlarm())).toBe(session.expiresAtMs);
});

it("[AC12] what is private cannot be called over RPC", async () => {
  const roster = fresh();
  for (const name of ["#purge", "purge", "ctx", "env"]) {
    await expect(async () => {
      await Reflect.get(roster, name)(0);
    }).rejects.toThrow(TypeError);
  }
  expect(await roster.live(1)).toEqual([]);
});
