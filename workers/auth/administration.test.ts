import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { CountingPool, credentials, freshName, identityOf, OPERATOR, testAuth, unwrap } from "./test-auth.ts";

const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");

it("[AC10] accounts of one request share one hash, get ids in its order, and each signs in on its own", async () => {
  const pool = new CountingPool();
  const auth = testAuth({ HASHER: pool });
  const prefix = freshName().slice(0, 20);
  const names = Array.from({ length: 20 }, (_, i) => `${prefix}${i}`);
  expect(await auth.createUsers(OPERATOR, names, "demo")).toEqual({
    ok: true,
    value: { created: names.length, refused: [] },
  });
  expect(pool.hashes).toBe(1);
  const users = await Promise.all([names[0], names[19]].map((name) => auth.login(credentials(name ?? "", "demo"))));
  const [first, last] = users.map((user) => unwrap(user).user.id);
  expect(last).toBe((first ?? 0) + 19);
});

it("[AC10] what cannot be created is named, and the rest is", async () => {
  const auth = testAuth({ HASHER: new CountingPool() });
  const [taken, fresh] = [freshName(), freshName()];
  unwrap(await auth.register(credentials(taken)));
  const { created, refused } = unwrap(await auth.createUsers(OPERATOR, [taken, "no/name", fresh], "demo"));
  expect(created).toBe(1);
  expect(refused.map(({ userName }) => userName)).toEqual([taken, "no/name"]);
  expect(await auth.login(credentials(taken))).toMatchObject({ ok: true });
});

it("[AC10] accounts that nobody has used yet are refused a second time without waking a user object", async () => {
  const names = Array.from({ length: 20 }, () => freshName());
  unwrap(await testAuth({}).createUsers(OPERATOR, names, "demo"));
  const asleep = {
    getByName(): never {
      throw new Error("a user object was woken");
    },
  };
  const { created, refused } = unwrap(await testAuth({ USER: asleep }).createUsers(OPERATOR, names, "demo"));
  expect([created, refused.map(({ userName }) => userName)]).toEqual([0, names]);
  expect(new Set(refused.map(({ message }) => message))).toEqual(new Set(["this name is taken"]));
});

it("[AC10] more than the limit in one request, or a bad password, creates nobody", async () => {
  const auth = testAuth({ HASHER: new CountingPool() });
  const tooMany = Array.from({ length: limits.BULK_ACCOUNTS_MAX + 1 }, freshName);
  expect(await auth.createUsers(OPERATOR, tooMany, "demo")).toMatchObject({ failure: "tooLarge" });
  const accounts = tooMany.map((userName) => ({ userName, sha1: sha1("x") }));
  expect(await auth.importUsers(OPERATOR, accounts)).toMatchObject({ failure: "tooLarge" });
  expect(await auth.createUsers(OPERATOR, [freshName()], "")).toMatchObject({ failure: "badRequest" });
});

it("[AC8] an imported SHA-1 is wrapped in argon2id and signs in with its password at one verification", async () => {
  const auth = testAuth();
  const [lower, upper, broken] = [freshName(), freshName(), freshName()];
  const reply = await auth.importUsers(OPERATOR, [
    { userName: lower, sha1: sha1("gochat") },
    { userName: upper, sha1: sha1("пароль").toUpperCase() },
    { userName: broken, sha1: "not a hash" },
    { userName: freshName() },
  ]);
  expect(unwrap(reply)).toMatchObject({ created: 2, refused: [{ userName: broken }, {}] });
  expect(await auth.login(credentials(lower, "gochat"))).toMatchObject({ ok: true });
  expect(await auth.login(credentials(upper, "пароль"))).toMatchObject({ ok: true });
  // The hash itself, which may have leaked, is no password.
  expect(await auth.login(credentials(lower, sha1("gochat")))).toMatchObject({ failure: "credentials" });
});

it("[AC8] an imported account costs one verification and its next password is plain argon2id", async () => {
  const pool = new CountingPool();
  const auth = testAuth({ HASHER: pool });
  const mine = credentials(freshName(), "gochat");
  unwrap(await auth.importUsers(OPERATOR, [{ userName: mine.userName, sha1: sha1("gochat") }]));
  const { token } = unwrap(await auth.login(mine));
  expect(pool).toMatchObject({ hashes: 1, verifies: 1 });
  unwrap(await auth.changePassword(identityOf(token), "gochat", { ...mine, password: "new horse" }));
  expect(await auth.login({ ...mine, password: "new horse" })).toMatchObject({ ok: true });
});

it("[AC11] an administrator is made by the operator or another administrator, and by nobody else", async () => {
  const auth = testAuth({ HASHER: new CountingPool() });
  const [ann, bob] = [freshName(), freshName()];
  const annIs = identityOf(unwrap(await auth.register(credentials(ann))).token);
  const bobIs = identityOf(unwrap(await auth.register(credentials(bob))).token);
  expect(await auth.makeAdmin(annIs, ann)).toMatchObject({ failure: "forbidden" });
  expect(await auth.createUsers(annIs, [freshName()], "demo")).toMatchObject({ failure: "forbidden" });
  expect(await auth.importUsers(annIs, [])).toMatchObject({ failure: "forbidden" });

  expect(await auth.makeAdmin(OPERATOR, ann.toUpperCase())).toMatchObject({ ok: true, value: { name: ann } });
  expect(await auth.checkAuth(annIs)).toMatchObject({ value: { admin: true } });
  expect(await auth.makeAdmin(annIs, bob)).toMatchObject({ ok: true });
  expect(await auth.createUsers(bobIs, [freshName()], "demo")).toMatchObject({ value: { created: 1 } });
  expect(await auth.makeAdmin(annIs, freshName())).toMatchObject({ failure: "notFound" });

  unwrap(await auth.endSessions(annIs));
  expect(await auth.makeAdmin(annIs, bob)).toMatchObject({ failure: "session" });
});
