import { expect, it } from "vitest";
import { rosterShard } from "../../contracts/objects.ts";
import { ANN, makeDue, NEW_PASSWORD, newSession, openAt, type Scene, withUser } from "./test-user.ts";

const SHARD = rosterShard(ANN.id);
const letters = ({ storage }: Scene) => storage.sql.exec("SELECT no FROM outbox").toArray().length;
const newsOf = ({ places }: Scene) =>
  places.listed.map(({ shard, news }) => [
    shard,
    news.type,
    news.type === "began" ? [news.session.id] : [...news.sessionIds].sort(),
  ]);

it("[SE10] the user's shard learns what begins and ends, once each, before the answer; nobody is woken for it later", async () => {
  await withUser(async (scene) => {
    const [a, b] = await openAt(scene, 2);
    const [first = "", second = ""] = [a?.id, b?.id];
    const alarm = await scene.storage.getAlarm();
    expect(alarm).toBe(Math.min(a?.expiresAtMs ?? 0, b?.expiresAtMs ?? 0));
    await scene.user.end(first, [first]);
    const next = newSession();
    await scene.user.changePassword(second, NEW_PASSWORD, next);
    expect(newsOf(scene)).toEqual([
      [SHARD, "began", [first]],
      [SHARD, "began", [second]],
      [SHARD, "ended", [first]],
      [SHARD, "began", [next.id]],
      [SHARD, "ended", [second]],
    ]);
    expect(letters(scene)).toBe(0);
    expect(await scene.storage.getAlarm()).toBe(alarm);
  });
});

it.each(["fail", "hang"] as const)("[SE10] a list that answers with %s holds no sign-in or logout up", async (away) => {
  await withUser(async (scene) => {
    scene.places.behaviour.set(`roster:${SHARD}`, away);
    const session = newSession();
    expect(await scene.user.openSession(session)).toMatchObject({ ok: true });
    expect(await scene.user.check(session.id)).toMatchObject({ ok: true });
    // What is pending in the answer are places that may still send, not the list.
    const ended = { sessions: 1, closed: 0, pending: 0 };
    expect(await scene.user.end(session.id, "all")).toEqual({ ok: true, value: ended });
    expect(letters(scene)).toBe(2);
  });
});

it("[SE10] a list that was away learns everything from the alarm, also in another life of the object", async () => {
  await withUser(async (scene) => {
    scene.places.behaviour.set(`roster:${SHARD}`, "fail");
    const [a] = await openAt(scene, 1);
    await scene.user.remove();
    // As if the process had died while the job ran: the letters are stored and nothing is scheduled.
    scene.storage.sql.exec("DELETE FROM job");
    await scene.storage.deleteAlarm();
    scene.places.behaviour.clear();
    const reborn = scene.rebuild();
    await expect.poll(() => scene.storage.getAlarm()).not.toBeNull();
    makeDue(scene.storage);
    await reborn.alarm();
    const both = [
      [SHARD, "began", [a?.id]],
      [SHARD, "ended", [a?.id]],
    ];
    expect(newsOf(scene)).toEqual(expect.arrayContaining(both));
    expect(newsOf(scene)).toHaveLength(2);
    expect(letters(scene)).toBe(0);
  });
});

it("[SE10] sessions from before there was a list have a letter each, once, as soon as their user is asked for anything", async () => {
  await withUser(async (scene) => {
    const { sql } = scene.storage;
    const sessions = await openAt(scene, 2);
    // The schema of that time.
    sql.exec(
      "DROP TABLE removed; DROP TABLE room; DROP TABLE acted; DROP TABLE block; DROP TABLE erased; DROP TABLE preference",
    );
    sql.exec("DROP TABLE suspended; DELETE FROM migrations WHERE id IN ('removed', 'listed', 'inbox')");
    scene.rebuild();
    const letters = sql.exec<{ target: string; body: string }>("DELETE FROM outbox RETURNING target, body").toArray();
    const began = sessions.map((session) => ({ type: "began", userId: ANN.id, userName: ANN.name, session }));
    expect(letters).toHaveLength(2);
    expect(letters.map(({ body }) => JSON.parse(body))).toEqual(expect.arrayContaining(began));
    expect(new Set(letters.map(({ target }) => target))).toEqual(new Set([`roster:${SHARD}`]));
    scene.rebuild();
    expect(sql.exec("SELECT * FROM outbox").toArray()).toEqual([]);
  });
});

it("[SE10] an end says until when its mark is needed", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1);
    const long = newSession(7_200_000);
    await scene.user.openSession(long);
    await scene.user.end(a?.id ?? "", "all");
    expect(scene.places.listed.at(-1)?.news).toMatchObject({ type: "ended", userId: 1, untilMs: long.expiresAtMs });
  });
});
