import { expect, it } from "vitest";
import { CountingPool, credentials, freshName, identityOf, testAuth, unwrap } from "./test-auth.ts";

it("[AC1] who registers is signed in, and signs in again with the same password", async () => {
  const auth = testAuth();
  const name = freshName();
  const registered = unwrap(await auth.register(credentials(name)));
  expect(registered.user).toEqual({ id: expect.any(Number), name });
  const loggedIn = unwrap(await auth.login(credentials(name)));
  expect(loggedIn.user).toEqual(registered.user);
  expect(loggedIn.session.id).not.toBe(registered.session.id);
  for (const { token, user, session } of [registered, loggedIn]) {
    expect(identityOf(token)).toMatchObject({ userId: user.id, sessionId: session.id, kind: "user" });
    expect(await auth.checkAuth(identityOf(token))).toEqual({ ok: true, value: { ...user, admin: false } });
  }
});

it("[AC2] a taken name is taken in every spelling, and signs in in every spelling", async () => {
  const auth = testAuth({ HASHER: new CountingPool() });
  const suffix = crypto.randomUUID();
  const { user } = unwrap(await auth.register(credentials(`Straße${suffix}`)));
  expect(await auth.register(credentials(`STRASSE${suffix}`))).toMatchObject({ failure: "nameTaken" });
  expect(unwrap(await auth.login(credentials(`ｓtrasse${suffix.toUpperCase()}`))).user).toEqual(user);
  expect(user.name).toBe(`Straße${suffix}`);
});

it("[AC4] of twenty concurrent registrations of one name exactly one succeeds", async () => {
  const auth = testAuth({ HASHER: new CountingPool() });
  const name = freshName();
  const offers = Array.from({ length: 20 }, (_, i) => auth.register(credentials(name, `password-${i}`)));
  const replies = await Promise.all(offers);
  const winner = replies.findIndex(({ ok }) => ok);
  expect(replies.filter(({ ok }) => ok)).toHaveLength(1);
  expect(replies.filter((reply) => !reply.ok && reply.failure === "nameTaken")).toHaveLength(19);
  expect(await auth.login(credentials(name, `password-${winner}`))).toMatchObject({ ok: true });
});

it("[AC5] passwords are any well-formed text of 1 to 128 characters, kept byte for byte", async () => {
  const auth = testAuth({ HASHER: new CountingPool() });
  for (const bad of ["", "x".repeat(129), "\ud800"]) {
    expect(await auth.register(credentials(freshName(), bad))).toMatchObject({ failure: "badRequest" });
    expect(await auth.login(credentials(freshName(), bad))).toMatchObject({ failure: "badRequest" });
  }
  for (const good of ["1", "😀".repeat(128), " \0\n'--", "Å"]) {
    const name = freshName();
    unwrap(await auth.register(credentials(name, good)));
    expect(await auth.login(credentials(name, good))).toMatchObject({ ok: true });
  }
});

it("[AC6] a wrong name and a wrong password get one answer at the cost of one verification each", async () => {
  const pool = new CountingPool();
  const auth = testAuth({ HASHER: pool });
  const name = freshName();
  unwrap(await auth.register(credentials(name)));
  pool.verifies = 0;
  const wrongPassword = await auth.login(credentials(name, "wrong horse"));
  expect(pool.verifies).toBe(1);
  const wrongName = await auth.login(credentials(freshName()));
  expect(pool.verifies).toBe(2);
  expect(wrongName).toEqual(wrongPassword);
  expect(wrongName).toMatchObject({ ok: false, failure: "credentials" });
});

it("[AC6] registering a taken name costs the hash that a free one costs", async () => {
  const pool = new CountingPool();
  const auth = testAuth({ HASHER: pool });
  const name = freshName();
  unwrap(await auth.register(credentials(name)));
  await auth.register(credentials(name));
  expect(pool.hashes).toBe(2);
});

it("[AC7] when too many hashes wait, sign-in is busy, says how long, and spends no attempt", async () => {
  const pool = new CountingPool();
  const auth = testAuth({ HASHER: pool });
  const name = freshName();
  const mine = credentials(name);
  unwrap(await auth.register(mine));
  pool.full = true;
  for (let i = 0; i < 30; i++) expect(await auth.login(mine)).toMatchObject({ failure: "busy", retryAfterMs: 2_000 });
  pool.full = false;
  expect(await auth.login(mine)).toMatchObject({ ok: true });
});

it("[AT1] wrong passwords at one name are limited, the right one too until the wait is over, other names not", async () => {
  const auth = testAuth({ HASHER: new CountingPool() });
  const name = freshName();
  const mine = credentials(name);
  unwrap(await auth.register(mine));
  for (let i = 0; i < 10; i++) {
    expect(await auth.login({ ...mine, password: `guess-${i}` })).toMatchObject({ failure: "credentials" });
  }
  expect(await auth.login(mine)).toMatchObject({ failure: "rateLimited", retryAfterMs: expect.any(Number) });
  expect(await auth.login(credentials(name))).toMatchObject({ ok: true });
  expect(await auth.register({ ...mine, userName: freshName() })).toMatchObject({ ok: true });
});

it("[AT3] right passwords are never limited by their count", async () => {
  const auth = testAuth({ HASHER: new CountingPool() });
  const mine = credentials(freshName());
  unwrap(await auth.register(mine));
  for (let i = 0; i < 30; i++) expect(await auth.login(mine)).toMatchObject({ ok: true });
});

it("[AC12] an object or a hash process that does not answer is unavailable, and nothing is thrown", async () => {
  const away = () => Promise.reject(new Error("network"));
  const auth = testAuth({ HASHER: { fetch: away } });
  expect(await auth.login(credentials(freshName()))).toMatchObject({ failure: "unavailable" });
  const counterAway = testAuth({ ATTEMPT: { getByName: () => ({ take: away, refund: away }) } });
  expect(await counterAway.register(credentials(freshName()))).toMatchObject({ failure: "unavailable" });
});

it("[AC12] a setting that is missing or wrong is refused by name", () => {
  expect(() => testAuth({ TOKEN_KEYS: "" })).toThrow("TOKEN_KEYS");
  expect(() => testAuth({ SESSION_DAYS: "soon" })).toThrow("SESSION_DAYS");
});
