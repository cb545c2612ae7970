import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { NEW_PASSWORD, newSession, openAt, withUser } from "./test-user.ts";

it("[SE3] a session lists all that are live, the newest first", async () => {
  await withUser(async (scene) => {
    const sessions = await openAt(scene, 3);
    await scene.user.openSession(newSession(-1));
    const [first] = sessions;
    expect(await scene.user.sessions(first?.id ?? "")).toEqual({ ok: true, value: [...sessions].reverse() });
  });
});

it("[SE4] one session ends and the others live on; ids of nobody are passed over", async () => {
  await withUser(async (scene) => {
    const [a, b, c] = await openAt(scene, 3);
    expect(await scene.user.end(a?.id ?? "", [b?.id ?? "", "nobody"])).toMatchObject({ value: { sessions: 1 } });
    expect(await scene.user.check(b?.id ?? "")).toMatchObject({ failure: "session" });
    expect(await scene.user.check(c?.id ?? "")).toMatchObject({ ok: true });
  });
});

it("[SE4] a dead session ends nothing", async () => {
  await withUser(async (scene) => {
    const [a, b] = await openAt(scene, 2);
    await scene.user.end(a?.id ?? "", [a?.id ?? ""]);
    expect(await scene.user.end(a?.id ?? "", "all")).toMatchObject({ ok: false, failure: "session" });
    expect(await scene.user.check(b?.id ?? "")).toMatchObject({ ok: true });
  });
});

it("[SE5] one session more than the limit ends the oldest, and its places learn it", async () => {
  await withUser(async (scene) => {
    const [oldest, second] = await openAt(scene, 2, "r");
    scene.storage.sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        INSERT INTO session SELECT printf('filler%d', i), ? + i, ?, '' FROM n`,
      limits.SESSIONS_PER_USER_MAX - 2,
      Date.now() + 60_000,
      Date.now() + 3_600_000,
    );
    // Born in the past, by its own clock, and still not the one that has to go.
    const newcomer = { ...newSession(), createdAtMs: 0 };
    expect(await scene.user.openSession(newcomer)).toMatchObject({ ok: true });
    expect(await scene.user.check(oldest?.id ?? "")).toMatchObject({ failure: "session" });
    expect(await scene.user.check(second?.id ?? "")).toMatchObject({ ok: true });
    expect(await scene.user.check(newcomer.id)).toMatchObject({ ok: true });
    await expect.poll(() => scene.places.revoked).toEqual([{ place: "room:r", ids: [oldest?.id] }]);
  });
});

it("[RV6] a password that was replaced while it was verified opens no session", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1);
    const verified = (await scene.user.account())?.password;
    await scene.user.changePassword(a?.id ?? "", NEW_PASSWORD, newSession());
    expect(await scene.user.openSession(newSession(), verified)).toMatchObject({ failure: "credentials" });
    expect(await scene.user.openSession(newSession(), NEW_PASSWORD)).toMatchObject({ ok: true });
  });
});
