import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { ANN, freshUser, newSession } from "./test-user.ts";

it("[AC4] a cold start migrates with the account: the first is kept and every other refused", async () => {
  const user = freshUser();
  const offers = await Promise.all(Array.from({ length: 20 }, (_, i) => user.create({ ...ANN, name: `Ann${i}` })));
  expect(offers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(offers.filter((offer) => !offer.ok && offer.failure === "nameTaken")).toHaveLength(19);
  expect(await user.account()).toMatchObject({ id: 1, admin: false, password: ANN.password });
});

it("[AC13] without an account everything is refused and nothing is written", async () => {
  const user = freshUser();
  const place = { kind: "carrier", name: "c" } as const;
  const refused = { ok: false, failure: "session" };
  expect(await user.account()).toBeNull();
  expect(await user.openSession(newSession())).toMatchObject(refused);
  expect(await user.check("s")).toMatchObject(refused);
  expect(await user.attach("s", place)).toMatchObject(refused);
  expect(await user.sessions("s")).toMatchObject(refused);
  expect(await user.end("s", "all")).toMatchObject(refused);
  expect(await user.changePassword("s", ANN.password, newSession())).toMatchObject(refused);
  expect(await user.makeAdmin()).toMatchObject({ ok: false, failure: "notFound" });
  expect(await user.remove()).toBeNull();
  await user.detach("s", place);
  await user.deliverDirect([]);
  await user.roomNews("r", true, 1);
  expect(await user.hasPlaceFor("r")).toBe(false);
  expect(await user.changed("r")).toBe(false);
  expect(await user.inbox("s", { after: "", limit: 1 })).toMatchObject(refused);
  expect(await user.muteRoom("s", "r", true)).toMatchObject(refused);
  expect(await user.setPreferences("s", {})).toMatchObject(refused);
  const tables = await runInDurableObject(user, (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );
  expect(tables).toEqual([]);
});

it("[SE2] account, sessions and attachments survive eviction", async () => {
  const user = freshUser();
  const session = newSession();
  await user.create(ANN);
  await user.openSession(session);
  await user.makeAdmin();
  await evictDurableObject(user);
  expect(await user.check(session.id)).toEqual({ ok: true, value: { id: 1, name: "Ann", admin: true } });
  expect(await user.sessions(session.id)).toEqual({ ok: true, value: [session] });
});

it("[SE6] expired sessions are refused at once; the alarm forgets them and runs twice without harm", async () => {
  const user = freshUser();
  const [live, expired] = [newSession(), newSession(-1)];
  await user.create(ANN);
  await user.openSession(live);
  await user.openSession(expired);
  expect(await user.check(expired.id)).toMatchObject({ ok: false, failure: "session" });
  expect(await user.attach(expired.id, { kind: "room", name: "r" })).toMatchObject({ ok: false, failure: "session" });
  expect(await runDurableObjectAlarm(user)).toBe(true);
  expect(await runDurableObjectAlarm(user)).toBe(true);
  const left = await runInDurableObject(user, (_, { storage }) =>
    storage.sql.exec<{ id: string }>("SELECT id FROM session").toArray(),
  );
  expect(left).toEqual([{ id: live.id }]);
  expect(await user.check(live.id)).toMatchObject({ ok: true });
});

it("[AC12] what is private cannot be called over RPC", async () => {
  const user = freshUser();
  await user.create(ANN);
  for (const name of ["#member", "member", "handOver", "ctx", "env"]) {
    await expect(async () => {
      await Reflect.get(user, name)("s");
    }).rejects.toThrow(TypeError);
  }
});
