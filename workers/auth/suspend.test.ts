import { expect, it } from "vitest";
import { CountingPool, credentials, freshName, identityOf, OPERATOR, signUp, testAuth, unwrap } from "./test-auth.ts";

const auth = testAuth({ HASHER: new CountingPool() });
const signedUp = () => signUp(auth);

async function administrator() {
  const admin = await signedUp();
  unwrap(await auth.makeAdmin(OPERATOR, admin.user.name));
  return admin;
}

it("[MO19] a suspended account signs in nowhere, and again when it is taken back", async () => {
  const { mine, user, identity } = await signedUp();
  expect(await auth.suspend(OPERATOR, user.name.toUpperCase(), true)).toMatchObject({
    ok: true,
    value: { sessions: 1 },
  });
  expect(await auth.checkAuth(identity)).toMatchObject({ failure: "session" });
  for (const begin of [auth.login(mine), auth.register(mine)]) {
    expect((await begin).ok).toBe(false);
  }
  expect(await auth.login(mine)).toMatchObject({ failure: "forbidden", message: "this account is suspended" });
  expect(await auth.login({ ...mine, password: "another" })).toMatchObject({ failure: "credentials" });
  expect(await auth.register(mine)).toMatchObject({ failure: "nameTaken" });
  unwrap(await auth.suspend(OPERATOR, user.name, false));
  expect(identityOf(unwrap(await auth.login(mine)).token).userId).toBe(user.id);
});

it("[MO19] administrators and the operator suspend, administrators too; nobody else, and no administrator the own account", async () => {
  const [ann, bob, admin, other] = [await signedUp(), await signedUp(), await administrator(), await administrator()];
  for (const on of [true, false]) {
    expect(await auth.suspend(ann.identity, bob.user.name, on)).toMatchObject({ failure: "forbidden" });
    expect(await auth.suspend(ann.identity, ann.user.name, on)).toMatchObject({ failure: "forbidden" });
    expect(await auth.suspend({ ...OPERATOR, kind: "user" }, bob.user.name, on)).toMatchObject({ failure: "session" });
    const forged = { ...ann.identity, userId: admin.user.id };
    expect(await auth.suspend(forged, bob.user.name, on)).toMatchObject({ failure: "session" });
  }
  expect(await auth.suspend(admin.identity, admin.user.name, true)).toMatchObject({ failure: "conflict" });
  expect(await auth.checkAuth(admin.identity)).toMatchObject({ ok: true });
  expect(await auth.suspend(admin.identity, other.user.name, true)).toMatchObject({ ok: true });
  expect(await auth.suspend(other.identity, bob.user.name, true)).toMatchObject({ failure: "session" });
});

it("[MO19] an account of a bulk creation that nobody used yet is suspended; a name without an account is not found", async () => {
  const name = freshName();
  unwrap(await auth.createUsers(OPERATOR, [name], "demo"));
  expect(await auth.suspend(OPERATOR, name, true)).toMatchObject({ ok: true });
  expect(await auth.login(credentials(name, "demo"))).toMatchObject({ failure: "forbidden" });
  for (const on of [true, false]) {
    expect(await auth.suspend(OPERATOR, freshName(), on)).toMatchObject({ failure: "notFound" });
    expect(await auth.suspend(OPERATOR, "no/name", on)).toMatchObject({ failure: "badRequest" });
  }
});
