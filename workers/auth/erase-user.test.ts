import { expect, it } from "vitest";
import { CountingPool, credentials, freshName, identityOf, OPERATOR, signUp, testAuth, unwrap } from "./test-auth.ts";

const auth = testAuth({ HASHER: new CountingPool() });
const ENDED = { ok: true, value: { sessions: 1, closed: 0, pending: 0 } };

it("[RI10] users erase themselves with their password: sessions are dead and the name is free", async () => {
  const { mine, user, identity } = await signUp(auth);
  expect(await auth.eraseUser(identity, "", mine.password, mine.address)).toEqual(ENDED);
  expect(await auth.checkAuth(identity)).toMatchObject({ failure: "session" });
  expect(await auth.accountData(identity)).toMatchObject({ failure: "session" });
  expect(await auth.login(mine)).toMatchObject({ failure: "credentials" });
  expect(unwrap(await auth.register(mine)).user.id).toBeGreaterThan(user.id);
});

it("[RI11] [AT5] a wrong password erases nothing and is an attempt like any other", async () => {
  const pool = new CountingPool();
  const guarded = testAuth({ HASHER: pool });
  const { mine, identity } = await signUp(guarded);
  const address = freshName();
  let failure = "credentials";
  while (failure === "credentials") {
    const reply = await guarded.eraseUser(identity, "", "wrong horse", address);
    failure = reply.ok ? "erased" : reply.failure;
  }
  expect(failure).toBe("rateLimited");
  expect(await guarded.eraseUser(identity, "", mine.password, address)).toMatchObject({ failure: "rateLimited" });
  expect(await guarded.checkAuth(identity)).toMatchObject({ ok: true });
  expect(await guarded.eraseUser(identity, "", mine.password, freshName())).toEqual(ENDED);
});

it("[RI11] a session that ends while its password is verified erases nothing", async () => {
  const pool = new CountingPool();
  let meanwhile: () => Promise<unknown> = async () => null;
  const slow = testAuth({ HASHER: { fetch: (url, init) => meanwhile().then(() => pool.fetch(url, init)) } });
  const { mine, identity } = await signUp(slow);
  meanwhile = () => slow.endSessions(identity);
  expect(await slow.eraseUser(identity, "", mine.password, mine.address)).toMatchObject({ failure: "session" });
  meanwhile = async () => null;
  expect(await slow.login(mine)).toMatchObject({ ok: true });
});

it("[RI11] nobody but administrators and the operator erases somebody else, whatever name or password comes along", async () => {
  const [ann, bob, admin] = [await signUp(auth), await signUp(auth), await signUp(auth)];
  unwrap(await auth.makeAdmin(OPERATOR, admin.user.name));
  for (const name of [bob.user.name, ann.user.name]) {
    expect(await auth.eraseUser(ann.identity, name, null)).toMatchObject({ failure: "forbidden" });
  }
  const forged = { ...ann.identity, userId: bob.user.id };
  expect(await auth.eraseUser(forged, "", bob.mine.password, freshName())).toMatchObject({ failure: "session" });
  expect(await auth.eraseUser(OPERATOR, bob.user.name, bob.mine.password)).toMatchObject({ failure: "session" });
  // With a password it is always the caller's own account, and the name is not looked at: Ann's password is another.
  const annWith = (password: string) => auth.eraseUser(ann.identity, bob.user.name, password, freshName());
  expect(await annWith("bob's password")).toMatchObject({ failure: "credentials" });
  expect(await auth.checkAuth(bob.identity)).toMatchObject({ ok: true });
  expect(await auth.eraseUser(admin.identity, bob.user.name, null)).toEqual(ENDED);
  expect(await auth.eraseUser(OPERATOR, ann.user.name, null)).toEqual(ENDED);
  expect(await auth.eraseUser(admin.identity, bob.user.name, null)).toMatchObject({ failure: "notFound" });
  expect(await auth.eraseUser(OPERATOR, freshName(), null)).toMatchObject({ failure: "notFound" });
});

it("[RI10] an account of a bulk creation that nobody used yet is erased too", async () => {
  const name = freshName();
  unwrap(await auth.createUsers(OPERATOR, [name], "demo"));
  expect(await auth.eraseUser(OPERATOR, name, null)).toMatchObject({ value: { sessions: 0 } });
  expect(await auth.login(credentials(name, "demo"))).toMatchObject({ failure: "credentials" });
});

it("[RI8] everything about an account is for its own live session, and holds no password", async () => {
  const { mine, user, identity } = await signUp(auth);
  const other = identityOf(unwrap(await auth.login(mine)).token);
  const data = unwrap(await auth.accountData(identity));
  expect(data).toMatchObject({ user: { id: user.id, name: mine.userName }, admin: false });
  expect(data.sessions.map(({ id }) => id).toSorted()).toEqual([identity.sessionId, other.sessionId].toSorted());
  expect(JSON.stringify(data)).not.toContain(mine.password);
  expect(await auth.accountData(OPERATOR)).toMatchObject({ failure: "session" });
  expect(await auth.accountData({ ...identity, userId: 1 })).toMatchObject({ failure: "session" });
});
