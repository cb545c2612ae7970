import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { foldName } from "../../contracts/names.ts";
import { CountingPool, freshName, OPERATOR, signUp, testAuth, unwrap } from "./test-auth.ts";

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

it("[MO20] the list says the names that they have now, and none of who was erased", async () => {
  const ann = await signUp(auth);
  const names = Array.from({ length: 40 }, () => freshName());
  unwrap(await auth.createUsers(OPERATOR, names, "demo"));
  const ids = await env.DIRECTORY.getByName("directory").find(names.map(foldName));
  const users = names.map((name, i) => ({ id: ids[i] ?? 0, name })).toSorted((a, b) => a.id - b.id);
  const [gone, ...others] = users;
  for (const { id } of users) expect(await auth.block(ann.identity, id, true)).toEqual(DONE);
  unwrap(await auth.eraseUser(OPERATOR, gone?.name ?? "", null));
  expect(unwrap(await auth.blocks(ann.identity))).toEqual([{ id: gone?.id, name: "" }, ...others]);
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
