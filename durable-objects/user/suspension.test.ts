import { expect, it } from "vitest";
import { ANN, freshUser, makeDue, newSession, openAt, withUser } from "./test-user.ts";

const NONE = { sessions: 0, closed: 0, pending: 0 };

it("[MO19] [P7] every session ends and its places are told; none begins, after eviction too, until it is taken back", async () => {
  await withUser(async (scene) => {
    const [a, b] = await openAt(scene, 2, "r");
    const { user, places, rebuild } = scene;
    expect(await user.suspend(true)).toEqual({ sessions: 2, closed: 1, pending: 0 });
    expect(places.revoked.map(({ ids }) => new Set(ids))).toEqual([new Set([a?.id, b?.id])]);
    expect(await user.suspend(true)).toEqual(NONE);
    for (const life of [user, rebuild()]) {
      for (const dead of [a, b]) expect(await life.check(dead?.id ?? "")).toMatchObject({ failure: "session" });
      expect(await life.openSession(newSession(), ANN.password)).toMatchObject({
        failure: "forbidden",
        message: "this account is suspended",
      });
      expect(await life.openSession(newSession())).toMatchObject({ failure: "forbidden" });
      expect(await life.exists()).toBe(true);
    }
    for (let i = 0; i < 2; i++) expect(await user.suspend(false)).toEqual(NONE);
    expect(await user.openSession(newSession(), ANN.password)).toMatchObject({ ok: true });
  });
});

it("[MO19] a place that is away is told until it answers", async () => {
  await withUser(async (scene) => {
    await openAt(scene, 1, "gone");
    scene.places.behaviour.set("room:gone", "fail");
    expect(await scene.user.suspend(true)).toEqual({ sessions: 1, closed: 0, pending: 1 });
    scene.places.behaviour.delete("room:gone");
    makeDue(scene.storage);
    await scene.user.alarm();
    expect(scene.places.revoked).toMatchObject([{ place: "room:gone" }]);
  });
});

it("[MO19] with another password nobody learns of it, and where no account is nothing is suspended", async () => {
  await withUser(async ({ user }) => {
    await user.suspend(true);
    const wrong = { scheme: "argon2id", phc: "$argon2id$wrong" } as const;
    expect(await user.openSession(newSession(), wrong)).toMatchObject({ failure: "credentials" });
    await user.remove();
    expect(await user.suspend(true)).toBeNull();
  });
  expect(await freshUser().suspend(true)).toBeNull();
});
