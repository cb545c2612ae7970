import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import type { FakePlaces } from "./fake-places.ts";
import { ANN, makeDue, newSession, openAt, withUser } from "./test-user.ts";

const EVERYWHERE = {
  rooms: ["left", "r1"].map((room) => ({ room, userId: ANN.id, news: { type: "erase" }, stamp: expect.any(Number) })),
  reports: [ANN.id],
};
const told = ({ learned, forgotten }: FakePlaces) => ({
  rooms: learned.toSorted((a, b) => a.room.localeCompare(b.room)),
  reports: forgotten,
});

it("[RI10] erasing removes the account and tells every room where the user ever acted, and the reports", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 2, "r1");
    await openAt(scene, 1, "left");
    scene.storage.sql.exec("DELETE FROM attachment WHERE name = 'left'");
    expect(await scene.user.erase()).toEqual({ sessions: 3, closed: 1, pending: 0 });
    expect(told(scene.places)).toEqual(EVERYWHERE);
    expect(await scene.user.check(a?.id ?? "")).toMatchObject({ failure: "session" });
    expect(await scene.user.create(ANN)).toMatchObject({ failure: "conflict" });
    expect(await scene.user.erase()).toBeNull();
    expect(told(scene.places)).toEqual(EVERYWHERE);
  });
});

it("[RI10] nothing of the user is left in the own object, the name not even in letters that wait", async () => {
  await withUser(async (scene) => {
    scene.places.behaviour.set("roster:1", "fail");
    await openAt(scene, 1, "r1");
    const { sql } = scene.storage;
    sql.exec("INSERT INTO block (user_id) VALUES (7)");
    sql.exec("INSERT INTO preference (one, shares_marks) VALUES (1, 0)");
    await scene.user.erase();
    const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
    const rows = tables
      .filter(({ name }) => !name.startsWith("_cf_"))
      .map(({ name }) => [name, JSON.stringify(sql.exec(`SELECT * FROM "${name}"`).toArray())]);
    for (const [table, text] of rows) expect([table, /Ann|argon2/.test(text ?? "")]).toEqual([table, false]);
  });
});

it("[RI10] a room that is away is pending, counted once, and told by the alarm of the user who is gone", async () => {
  await withUser(async (scene) => {
    await openAt(scene, 1, "r1", "left");
    scene.places.behaviour.set("room:left", "fail");
    expect(await scene.user.erase()).toEqual({ sessions: 1, closed: 1, pending: 1 });
    scene.places.behaviour.clear();
    const reborn = scene.rebuild();
    makeDue(scene.storage);
    await reborn.alarm();
    expect(told(scene.places)).toEqual(EVERYWHERE);
    expect(scene.storage.sql.exec("SELECT * FROM outbox").toArray()).toEqual([]);
  });
});

it("[RI10] a room that learns of the user too late is told of the erasure, and nothing of a mere removal", async () => {
  await withUser(async (scene) => {
    await scene.user.erase();
    const before = scene.places.learned.length;
    await scene.rebuild().roomNews("late", false, 1);
    await expect.poll(() => scene.places.learned.length).toBe(before + 1);
    expect(scene.places.learned.at(-1)).toMatchObject({ room: "late", userId: ANN.id, news: { type: "erase" } });
  });
  await withUser(async (scene) => {
    await scene.user.remove();
    await scene.user.roomNews("late", false, 1);
    expect(scene.storage.sql.exec("SELECT * FROM outbox WHERE target LIKE 'room:%'").toArray()).toEqual([]);
    expect(scene.places.learned).toEqual([]);
  });
});

it("[RI10] a transaction that fails erases nothing and tells nobody", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1, "r1");
    scene.storage.sql.exec("DROP TABLE preference");
    await expect(scene.user.erase()).rejects.toThrow("preference");
    expect(await scene.user.check(a?.id ?? "")).toMatchObject({ ok: true });
    expect([scene.places.revoked, scene.places.learned]).toEqual([[], []]);
  });
});

it("[RI8] everything about an account but the password, for a live session of its own", async () => {
  await withUser(async (scene) => {
    const [a] = await openAt(scene, 1, "r1");
    scene.storage.sql.exec("INSERT INTO block (user_id) VALUES (7)");
    scene.storage.sql.exec("INSERT INTO room (name, is_in, stamp) VALUES ('inbox only', 1, 1)");
    const data = await scene.user.accountData(a?.id ?? "");
    expect(data).toMatchObject({
      value: {
        user: { id: ANN.id, name: "Ann" },
        admin: false,
        preferences: { sharesMarks: true, doNotDisturbUntilMs: null },
        blocks: [7],
        sessions: [{ id: a?.id }],
        rooms: ["inbox only", "r1"],
      },
    });
    expect(JSON.stringify(data)).not.toContain("argon2");
    expect(await scene.user.accountData(newSession().id)).toMatchObject({ failure: "session" });
  });
});

it("[RI10] a room that an inbox had no place for is told too", async () => {
  await withUser(async (scene) => {
    const { user, storage, places } = scene;
    storage.sql.exec(
      `INSERT INTO room (name, is_in, stamp) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         SELECT 'r' || i, 1, 1 FROM n`,
      limits.ROOMS_PER_USER_MAX,
    );
    await user.roomNews("one-more", true, 1);
    expect(await user.hasPlaceFor("one-more")).toBe(false);
    storage.sql.exec("DELETE FROM room WHERE name GLOB 'r*'");
    await user.erase();
    expect(told(places).rooms).toMatchObject([{ room: "one-more", news: { type: "erase" } }]);
  });
});
