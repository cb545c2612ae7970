import { runInDurableObject } from "cloudflare:test";
import { env as bindings } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { DirectoryStub } from "../../contracts/objects.ts";
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

/** The directory, but for freeing names: that does not arrive. */
const forgetful: DirectoryStub = {
  find: (keys) => directory.find(keys),
  allocate: (keys) => directory.allocate(keys),
  entrust: (accounts) => directory.entrust(accounts),
  entrusted: (id) => directory.entrusted(id),
  release: (id) => directory.release(id),
  forget: () => Promise.reject(new Error("away")),
  ready: () => directory.ready(),
};

it("[AC17] users remove themselves: the account and every session are gone", async () => {
  const { mine, identity } = await signedUp();
  const other = identityOf(unwrap(await auth.login(mine)).token);
  expect(await auth.removeUser(identity, mine.userName.toUpperCase())).toEqual({ ok: true, value: true });
  for (const dead of [identity, other]) expect(await auth.checkAuth(dead)).toMatchObject({ failure: "session" });
  expect(await auth.login(mine)).toMatchObject({ failure: "credentials" });
  expect(await auth.removeUser(identity, mine.userName)).toMatchObject({ failure: "session" });
});

it("[AC17] administrators and the operator remove anybody; nobody else removes somebody else", async () => {
  const [ann, bob, cy, admin] = [await signedUp(), await signedUp(), await signedUp(), await signedUp()];
  unwrap(await auth.makeAdmin(OPERATOR, admin.user.name));
  expect(await auth.removeUser(ann.identity, bob.user.name)).toMatchObject({ failure: "forbidden" });
  // A session of one's own does not help with the id of another, and an operator's is no user's.
  const forged = { ...ann.identity, userId: bob.user.id };
  expect(await auth.removeUser(forged, bob.user.name)).toMatchObject({ failure: "session" });
  expect(await auth.removeUser({ ...OPERATOR, kind: "user" }, bob.user.name)).toMatchObject({ failure: "session" });
  expect(await auth.checkAuth(bob.identity)).toMatchObject({ ok: true });

  expect(await auth.removeUser(admin.identity, bob.user.name)).toEqual({ ok: true, value: true });
  expect(await auth.removeUser(OPERATOR, cy.user.name)).toEqual({ ok: true, value: true });
  for (const { identity } of [bob, cy]) expect(await auth.checkAuth(identity)).toMatchObject({ failure: "session" });
});

it("[AC17] a name without an account, or whose account was removed, is false for everybody who is signed in", async () => {
  const { identity } = await signedUp();
  const gone = await signedUp();
  unwrap(await auth.removeUser(OPERATOR, gone.user.name));
  for (const name of [freshName(), gone.user.name]) {
    expect(await auth.removeUser(identity, name)).toEqual({ ok: true, value: false });
    expect(await auth.removeUser(OPERATOR, name)).toEqual({ ok: true, value: false });
    expect(await auth.removeUser(gone.identity, name)).toMatchObject({ failure: "session" });
  }
  expect(await auth.removeUser(identity, "no/name")).toMatchObject({ failure: "badRequest" });
});

it("[AC17] of removals at the same time one removes", async () => {
  const { user } = await signedUp();
  const replies = await Promise.all(Array.from({ length: 5 }, () => auth.removeUser(OPERATOR, user.name)));
  expect(replies.filter((reply) => reply.ok && reply.value)).toHaveLength(1);
  expect(replies.filter((reply) => reply.ok && !reply.value)).toHaveLength(4);
});

it("[AC13] asking for a name that does not exist writes nothing", async () => {
  const name = freshName();
  unwrap(await auth.removeUser(OPERATOR, name));
  await auth.login(credentials(name));
  expect(await directory.find([keyOf(name)])).toEqual([null]);
  const tables = await runInDurableObject(bindings.USER.getByName("0"), (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );
  expect(tables).toEqual([]);
});

it("[AC18] a directory that is away does not bring the removed user back", async () => {
  const { mine, user, identity } = await signedUp();
  const limping = testAuth({ HASHER: new CountingPool(), DIRECTORY: { getByName: () => forgetful } });
  expect(await limping.removeUser(identity, user.name)).toEqual({ ok: true, value: true });
  expect(await auth.checkAuth(identity)).toMatchObject({ failure: "session" });
  expect(unwrap(await auth.register(mine)).user.id).toBeGreaterThan(user.id);
});

it("[AC18] bulk-created accounts that nobody used yet are removed, and created again in bulk", async () => {
  const names = [freshName(), freshName()];
  unwrap(await auth.createUsers(OPERATOR, names, "demo"));
  for (const name of names) expect(await auth.removeUser(OPERATOR, name)).toEqual({ ok: true, value: true });
  for (const name of names) {
    expect(await auth.login(credentials(name, "demo"))).toMatchObject({ failure: "credentials" });
  }
  expect(await auth.createUsers(OPERATOR, names, "demo")).toMatchObject({ value: { created: 2, refused: [] } });
  for (const name of names) expect(await auth.login(credentials(name, "demo"))).toMatchObject({ ok: true });
});
