import { expect, it } from "vitest";
import { makeDue, NEW_PASSWORD, newSession, openAt, type Scene, withUser } from "./test-user.ts";

const letters = ({ storage }: Scene) => storage.sql.exec("SELECT no FROM outbox").toArray().length;

it("[RV1] every place is told once of all its sessions, and the answer sums what they closed", async () => {
  await withUser(async (scene) => {
    const [a, b] = await openAt(scene, 2, "r1", "r2");
    await scene.user.attach(a?.id ?? "", { kind: "carrier", name: "c" });
    scene.places.behaviour.set("room:r1", 5);
    expect(await scene.user.end(a?.id ?? "", "all")).toEqual({
      ok: true,
      value: { sessions: 2, closed: 7, pending: 0 },
    });
    const told = new Map(scene.places.revoked.map(({ place, ids }) => [place, new Set(ids)]));
    expect(told).toEqual(
      new Map([
        ["room:r1", new Set([a?.id, b?.id])],
        ["room:r2", new Set([a?.id, b?.id])],
        ["carrier:c", new Set([a?.id])],
      ]),
    );
    expect(letters(scene)).toBe(0);
  });
});

it("[RV1] a place that the session left is not told", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1, "r1", "r2");
    await scene.user.detach(a?.id ?? "", { kind: "room", name: "r1" });
    await scene.user.end(a?.id ?? "", "all");
    expect(scene.places.revoked.map(({ place }) => place)).toEqual(["room:r2"]);
  });
});

it("[RV2] a place that does not answer holds nobody up for long and is counted as pending", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1, "gone", "stuck", "fine");
    scene.places.behaviour.set("room:gone", "fail").set("room:stuck", "hang");
    expect(await scene.user.end(a?.id ?? "", "all")).toMatchObject({ value: { sessions: 1, closed: 1, pending: 2 } });
    expect(letters(scene)).toBe(2);
  });
});

it("[RV2] no more than 32 places are told at once", async () => {
  await withUser(async (scene) => {
    const rooms = Array.from({ length: 100 }, (_, i) => `r${i}`);
    const [a] = await openAt(scene, 1, ...rooms);
    expect(await scene.user.end(a?.id ?? "", "all")).toMatchObject({ value: { closed: 100, pending: 0 } });
    expect(scene.places.mostRunning).toBe(32);
  });
});

it("[RV3] the alarm tells a place again until it answers, and then no more", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1, "gone");
    scene.places.behaviour.set("room:gone", "fail");
    await scene.user.end(a?.id ?? "", "all");
    for (let i = 0; i < 3; i++) {
      makeDue(scene.storage);
      await scene.user.alarm();
    }
    expect(letters(scene)).toBe(1);
    expect(await scene.storage.getAlarm()).toBeLessThanOrEqual(Date.now() + 30_000);

    scene.places.behaviour.set("room:gone", 1);
    makeDue(scene.storage);
    await scene.user.alarm();
    await scene.user.alarm();
    expect(scene.places.revoked).toEqual([{ place: "room:gone", ids: [a?.id] }]);
    expect(letters(scene)).toBe(0);
  });
});

it("[RV3] a crash before the first call leaves letters that the next life carries", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1, "gone");
    scene.places.behaviour.set("room:gone", "fail");
    await scene.user.end(a?.id ?? "", "all");
    // As if the process had died while the job ran: the letter is stored and nothing is scheduled.
    scene.storage.sql.exec("DELETE FROM job");
    await scene.storage.deleteAlarm();
    scene.places.behaviour.delete("room:gone");
    const reborn = scene.rebuild();
    await expect.poll(() => scene.storage.getAlarm()).not.toBeNull();
    makeDue(scene.storage);
    await reborn.alarm();
    expect(letters(scene)).toBe(0);
  });
});

it("[RV4] a logout in the middle of many attaches: each is refused, or its place is told", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1);
    const rooms = Array.from({ length: 40 }, (_, i) => `r${i}`);
    const attach = (name: string) => scene.user.attach(a?.id ?? "", { kind: "room", name });
    const early = rooms.slice(0, 20).map(attach);
    const logout = scene.user.end(a?.id ?? "", "all");
    const late = rooms.slice(20).map(attach);
    const attached = (await Promise.all([...early, ...late])).flatMap(({ ok }, i) => (ok ? [`room:r${i}`] : []));
    expect(await logout).toMatchObject({ value: { pending: 0 } });
    expect(scene.places.revoked.map(({ place }) => place).sort()).toEqual(attached.sort());
    expect(attached).toHaveLength(20);
  });
});

it("[RV5] a password change ends every session, tells their places and opens one new session", async () => {
  await withUser(async (scene) => {
    const [a, b] = await openAt(scene, 2, "r");
    const session = newSession();
    const changed = await scene.user.changePassword(a?.id ?? "", NEW_PASSWORD, session);
    expect(changed).toEqual({ ok: true, value: { sessions: 2, closed: 1, pending: 0 } });
    expect(await scene.user.sessions(session.id)).toEqual({ ok: true, value: [session] });
    expect(await scene.user.check(b?.id ?? "")).toMatchObject({ failure: "session" });
    expect((await scene.user.account())?.password).toEqual(NEW_PASSWORD);
  });
});
