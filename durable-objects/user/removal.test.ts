import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { FakePlaces } from "./fake-places.ts";
import { ANN, freshUser, makeDue, newSession, openAt, withUser } from "./test-user.ts";
import { UserObject } from "./user-object.ts";

const CONFLICT = { ok: false, failure: "conflict" };

it("[RV7] removing deletes the account and ends every session, and their places learn it", async () => {
  await withUser(async (scene) => {
    const [a, b] = await openAt(scene, 2, "r1", "r2");
    expect(await scene.user.remove()).toEqual({ sessions: 2, closed: 2, pending: 0 });
    expect(scene.places.revoked.map(({ place }) => place).sort()).toEqual(["room:r1", "room:r2"]);
    for (const session of [a, b]) {
      expect(await scene.user.check(session?.id ?? "")).toMatchObject({ ok: false, failure: "session" });
    }
    expect(await scene.user.account()).toBeNull();
    expect(await scene.user.exists()).toBe(false);
    expect(scene.storage.sql.exec("SELECT * FROM account").toArray()).toEqual([]);
    expect(await scene.user.remove()).toBeNull();
  });
});

it("[RV7] a transaction that fails removes nothing and ends nothing", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1, "r");
    scene.storage.sql.exec("DROP TABLE removed");
    await expect(scene.user.remove()).rejects.toThrow("removed");
    expect(await scene.user.check(a?.id ?? "")).toMatchObject({ ok: true });
    expect(await scene.user.account()).toMatchObject(ANN);
    expect(scene.places.revoked).toEqual([]);
  });
});

it("[RV7] a place that was away is told of the end by the alarm of the removed user", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1, "gone");
    scene.places.behaviour.set("room:gone", "fail");
    expect(await scene.user.remove()).toEqual({ sessions: 1, closed: 0, pending: 1 });
    scene.places.behaviour.clear();
    const reborn = scene.rebuild();
    makeDue(scene.storage);
    await reborn.alarm();
    await reborn.alarm();
    expect(scene.places.revoked).toEqual([{ place: "room:gone", ids: [a?.id] }]);
  });
});

it("[RV7] places learn with the end that the user is gone, from the alarm too, and at no other end", async () => {
  await withUser(async (scene) => {
    const [a, b] = await openAt(scene, 3, "fine", "gone");
    await scene.user.end(a?.id ?? "", [a?.id ?? ""]);
    await scene.user.end(b?.id ?? "", [b?.id ?? ""]);
    expect(scene.places.removed.flatMap(({ userIds }) => userIds)).toEqual(Array(4).fill(undefined));

    scene.places.removed.length = 0;
    scene.places.behaviour.set("room:gone", "fail");
    await scene.user.remove();
    expect(scene.places.removed).toEqual([{ place: "room:fine", userIds: [ANN.id] }]);
    scene.places.behaviour.clear();
    const reborn = scene.rebuild();
    makeDue(scene.storage);
    await reborn.alarm();
    expect(scene.places.removed.at(-1)).toEqual({ place: "room:gone", userIds: [ANN.id] });
  });
});

it("[RV3] a letter of the version before, which tells of sessions alone, is carried", async () => {
  await withUser(async (scene) => {
    const letter = JSON.stringify([{ id: "s", expiresAtMs: 1 }]);
    scene.storage.sql.exec(
      "INSERT INTO outbox (target, body, due_at) VALUES ('room:r', ?, ?)",
      letter,
      Date.now() + 60_000,
    );
    const reborn = scene.rebuild();
    await expect.poll(() => scene.storage.getAlarm()).not.toBeNull();
    makeDue(scene.storage);
    await reborn.alarm();
    expect(scene.places.revoked).toEqual([{ place: "room:r", ids: ["s"] }]);
    expect(scene.places.removed).toEqual([{ place: "room:r", userIds: [undefined] }]);
  });
});

it("[AC18] a removed user's object refuses every account for ever, and opens no session", async () => {
  const user = freshUser();
  await user.create(ANN);
  await user.openSession(newSession());
  await user.remove();
  for (let i = 0; i < 2; i++) {
    expect(await user.create(ANN)).toMatchObject(CONFLICT);
    expect(await user.makeAdmin()).toMatchObject({ failure: "notFound" });
    expect(await user.openSession(newSession())).toMatchObject({ failure: "session" });
    expect(await user.openSession(newSession(), ANN.password)).toMatchObject({ failure: "credentials" });
    await user.deliverDirect([]);
    await evictDurableObject(user);
  }
  await runDurableObjectAlarm(user);
  await runDurableObjectAlarm(user);
  expect(await user.create(ANN)).toMatchObject(CONFLICT);
});

it("[AC18] an account that is still entrusted is removed too, and is not taken over a second time", async () => {
  const directory = env.DIRECTORY.getByName("directory");
  const entrust = { key: `key-${crypto.randomUUID()}`, name: "Bulk", password: ANN.password };
  const id = Number((await directory.entrust([entrust]))[0]);
  const user = env.USER.getByName(String(id));
  expect(await user.remove()).toEqual({ sessions: 0, closed: 0, pending: 0 });
  // As if the directory had not heard that it was taken over: a crash between the two.
  await runInDurableObject(directory, (_, { storage }) =>
    storage.sql.exec("INSERT INTO entrusted (id, name, scheme, phc) VALUES (?, 'Bulk', 'argon2id', 'p')", id),
  );
  expect(await user.account()).toBeNull();
  expect(await user.create({ ...ANN, id })).toMatchObject(CONFLICT);
});

it("[RV7] a sign-in in the middle of a removal opens a session that is ended, or none", async () => {
  await withUser(async ({ user }) => {
    const sessions = Array.from({ length: 20 }, () => newSession());
    const early = sessions.slice(0, 10).map((session) => user.openSession(session, ANN.password));
    const removed = user.remove();
    const late = sessions.slice(10).map((session) => user.openSession(session, ANN.password));
    const opened = (await Promise.all([...early, ...late])).filter(({ ok }) => ok);
    expect(await removed).toMatchObject({ sessions: opened.length });
    for (const { id } of sessions) expect(await user.check(id)).toMatchObject({ failure: "session" });
  });
});

it("[AC18] an entrusted account that arrives after the removal is not taken over", async () => {
  await runInDurableObject(freshUser(), async (_, state) => {
    const gate = Promise.withResolvers<void>();
    let asked = 0;
    const entrusted = async () => {
      asked++;
      if (asked === 2) await gate.promise;
      return ANN;
    };
    const DIRECTORY = { getByName: () => ({ entrusted, release: async () => {} }) };
    const user = new UserObject(state, Object.assign(new FakePlaces(), { DIRECTORY }));
    const removed = user.remove();
    const late = user.account();
    expect(await removed).toEqual({ sessions: 0, closed: 0, pending: 0 });
    gate.resolve();
    expect(await late).toBeNull();
    expect(await user.exists()).toBe(false);
    // Who was removed is known here: the directory is not asked about it again.
    expect(asked).toBe(2);
  });
});
