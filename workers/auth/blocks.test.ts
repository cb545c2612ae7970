import { expect, it } from "vitest";
import { CountingPool, OPERATOR, signUp, testAuth, unwrap } from "./test-auth.ts";

const auth = testAuth({ HASHER: new CountingPool() });
const DONE = { ok: true, value: null };

it("[MO20] users block users, and take it back, also from one who is gone", async () => {
  const [ann, bob] = [await signUp(auth), await signUp(auth)];
  expect(await auth.block(ann.identity, bob.user.id, true)).toEqual(DONE);
  expect(await auth.blocks(ann.identity)).toEqual({ ok: true, value: [bob.user] });
  expect(await auth.blocks(bob.identity)).toEqual({ ok: true, value: [] });
  unwrap(await auth.removeUser(OPERATOR, bob.user.name));
  expect(await auth.block(ann.identity, bob.user.id, true)).toMatchObject({ failure: "notFound" });
  expect(await auth.block(ann.identity, bob.user.id, false)).toEqual(DONE);
  expect(await auth.blocks(ann.identity)).toEqual({ ok: true, value: [] });
});

it("[MO20] not for a dead session, another's session or the operator", async () => {
  const [ann, bob] = [await signUp(auth), await signUp(auth)];
  const forged = { ...ann.identity, userId: bob.user.id };
  for (const identity of [forged, OPERATOR]) {
    expect(await auth.block(identity, ann.user.id, true)).toMatchObject({ failure: "session" });
    expect(await auth.blocks(identity)).toMatchObject({ failure: "session" });
  }
  expect(await auth.blocks(bob.identity)).toEqual({ ok: true, value: [] });
});
