import { env as bindings } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { DirectoryStub, Namespace, UserStub } from "../../contracts/objects.ts";
import {
  CountingPool,
  credentials,
  freshName,
  identityOf,
  keyOf,
  OPERATOR,
  signUp,
  testAuth,
  unwrap,
} from "./test-auth.ts";

const auth = testAuth({ HASHER: new CountingPool() });
const directory = bindings.DIRECTORY.getByName("directory");
const signedUp = () => signUp(auth);

/** Removes and registers again as another isolate does it: this one's memory of the name stays as it is. */
async function comeBackElsewhere(id: number, name: string, password: string): Promise<number> {
  await bindings.USER.getByName(String(id)).remove();
  await directory.forget(keyOf(name), id);
  const [next = 0] = await directory.allocate([keyOf(name)]);
  const stored = { scheme: "argon2id", phc: `plain:${password}` } as const;
  await bindings.USER.getByName(String(next)).create({ id: next, name, password: stored });
  return next;
}

it("[AC16] a created user has an account and no session, and signs in", async () => {
  const pool = new CountingPool();
  const counted = testAuth({ HASHER: pool });
  const mine = credentials(freshName());
  const person = unwrap(await counted.createUser(mine));
  expect(person).toEqual({ id: expect.any(Number), name: mine.userName });
  const { user, token, session } = unwrap(await counted.login(mine));
  expect(user).toEqual(person);
  expect(unwrap(await counted.sessions(identityOf(token))).map(({ id }) => id)).toEqual([session.id]);
});

it("[AC16] a taken name is refused at the cost of a hash, and the password is checked before", async () => {
  const pool = new CountingPool();
  const counted = testAuth({ HASHER: pool });
  const mine = credentials(freshName());
  unwrap(await counted.createUser(mine));
  expect(await counted.createUser({ ...mine, userName: mine.userName.toUpperCase() })).toMatchObject({
    failure: "nameTaken",
  });
  expect(pool.hashes).toBe(2);
  for (const password of ["", "x".repeat(129), "\ud800"]) {
    expect(await counted.createUser(credentials(freshName(), password))).toMatchObject({ failure: "badRequest" });
  }
  expect(pool.hashes).toBe(2);
});

it("[AC16] creating a user stands under the limits on attempts", async () => {
  const mine = credentials(freshName());
  unwrap(await auth.createUser(mine));
  for (let i = 0; i < 10; i++) await auth.login({ ...mine, password: `guess-${i}` });
  expect(await auth.createUser(mine)).toMatchObject({ failure: "rateLimited" });
});

it("[AC18] a removed user's name is free and gets a new id; the old password and token stay dead", async () => {
  const { mine, user, identity } = await signedUp();
  unwrap(await auth.removeUser(identity, user.name));
  const again = unwrap(await auth.register({ ...mine, password: "other horse" }));
  expect(again.user).toEqual({ id: expect.any(Number), name: user.name });
  expect(again.user.id).toBeGreaterThan(user.id);
  expect(await auth.login(mine)).toMatchObject({ failure: "credentials" });
  expect(await auth.checkAuth(identity)).toMatchObject({ failure: "session" });
  expect(await auth.checkAuth({ ...identity, userId: again.user.id })).toMatchObject({ failure: "session" });
});

it("[AC18] a crash between the removal and the directory heals when the name is taken again", async () => {
  for (const takeAgain of ["register", "createUser"] as const) {
    const { mine, user } = await signedUp();
    await bindings.USER.getByName(String(user.id)).remove();
    expect(await auth.login(mine)).toMatchObject({ failure: "credentials" });
    expect(await auth.removeUser(OPERATOR, user.name)).toEqual({ ok: true, value: false });
    expect(await auth[takeAgain](mine)).toMatchObject({ ok: true });
    expect(unwrap(await auth.login(mine)).user.id).toBeGreaterThan(user.id);
    expect(await directory.entrusted(user.id)).toBeNull();
  }
});

it("[AC18] twenty who take a removed user's name at once: one gets it", async () => {
  const { mine, user } = await signedUp();
  await bindings.USER.getByName(String(user.id)).remove();
  const offers = Array.from({ length: 20 }, (_, i) => auth.createUser({ ...mine, password: `password-${i}` }));
  const replies = await Promise.all(offers);
  expect(replies.filter(({ ok }) => ok)).toHaveLength(1);
  expect(replies.filter((reply) => !reply.ok && reply.failure === "nameTaken")).toHaveLength(19);
  const winner = replies.findIndex(({ ok }) => ok);
  expect(await auth.login({ ...mine, password: `password-${winner}` })).toMatchObject({ ok: true });
});

it("[AC19] a name that came back elsewhere signs in here, and the old password does not", async () => {
  const { mine, user } = await signedUp();
  const id = await comeBackElsewhere(user.id, user.name, "other horse");
  expect(await auth.login(mine)).toMatchObject({ failure: "credentials" });
  expect(unwrap(await auth.login({ ...mine, password: "other horse" })).user.id).toBe(id);
});

it("[AC19] a name that came back elsewhere is taken here, becomes an administrator, and is removed", async () => {
  const [taken, admin, removed] = [await signedUp(), await signedUp(), await signedUp()];
  for (const { user } of [taken, admin, removed]) await comeBackElsewhere(user.id, user.name, "other horse");
  expect(await auth.register(taken.mine)).toMatchObject({ failure: "nameTaken" });
  expect(await auth.makeAdmin(OPERATOR, admin.user.name)).toMatchObject({ ok: true });
  expect(await auth.removeUser(OPERATOR, removed.user.name)).toEqual({ ok: true, value: true });
  expect(await auth.login({ ...removed.mine, password: "other horse" })).toMatchObject({ failure: "credentials" });
});

it("[AC19] users who came back elsewhere remove themselves here, and nobody takes them for their predecessor", async () => {
  const [own, other] = [await signedUp(), await signedUp()];
  const id = await comeBackElsewhere(own.user.id, own.user.name, "other horse");
  const session = { id: "ab".repeat(16), createdAtMs: Date.now(), expiresAtMs: Date.now() + 60_000, label: "" };
  await bindings.USER.getByName(String(id)).openSession(session);
  const identity = { userId: id, sessionId: session.id, expiresAtMs: session.expiresAtMs, kind: "user" } as const;
  expect(await auth.removeUser(other.identity, own.user.name)).toMatchObject({ failure: "forbidden" });
  expect(await auth.removeUser(identity, own.user.name)).toEqual({ ok: true, value: true });
});

it("[AC6] an unknown and a known name that the isolate does not remember cost the same calls", async () => {
  const calls: string[] = [];
  function noted<Stub>(kind: string, namespace: Namespace<Stub>): Namespace<Stub> {
    return {
      getByName(name) {
        calls.push(kind);
        return namespace.getByName(name);
      },
    };
  }
  const counted = testAuth({
    HASHER: new CountingPool(),
    DIRECTORY: noted<DirectoryStub>("directory", bindings.DIRECTORY),
    USER: noted<UserStub>("user", bindings.USER),
  });
  const known = freshName();
  await directory.entrust([{ key: keyOf(known), name: known, password: { scheme: "argon2id", phc: "plain:x" } }]);
  for (const name of [known, freshName()]) {
    calls.length = 0;
    expect(await counted.login(credentials(name, "wrong horse"))).toMatchObject({ failure: "credentials" });
    expect(calls).toEqual(["directory", "user"]);
  }
});
