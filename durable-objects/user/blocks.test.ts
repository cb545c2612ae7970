import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { ANN, makeDue, newSession, openAt, type Scene, withUser } from "./test-user.ts";

const BOB = { id: 2, name: "Bob" };
const PAIR = "direct:1:2";
const DONE = { ok: true, value: null };

async function asAnn(act: (scene: Scene, sessionId: string) => Promise<void>): Promise<void> {
  await withUser(async (scene) => {
    const [session] = await openAt(scene, 1);
    await act(scene, session?.id ?? "");
  });
}

it("[MO20] whom a user blocked is listed by id, after eviction too, until it is taken back", async () => {
  await asAnn(async ({ user, rebuild }, ann) => {
    for (const id of [30, 2]) expect(await user.block(ann, id, { id, name: `user ${id}` }, true)).toEqual(DONE);
    expect(await user.block(ann, 2, { id: 2, name: "user 2" }, true)).toEqual(DONE);
    const reborn = rebuild();
    expect(await reborn.blocks(ann)).toEqual({
      ok: true,
      value: [2, 30],
    });
    // Also somebody whose account is gone by now.
    for (let i = 0; i < 2; i++) expect(await reborn.block(ann, 30, null, false)).toEqual(DONE);
    expect(await reborn.blocks(ann)).toEqual({ ok: true, value: [2] });
  });
});

it("[MO20] not oneself, nobody who is not there, not without a live session, and so many and no more", async () => {
  await asAnn(async ({ user, storage }, ann) => {
    expect(await user.block(ann, ANN.id, ANN, true)).toMatchObject({ failure: "badRequest" });
    expect(await user.block(ann, 99, null, true)).toMatchObject({ failure: "notFound" });
    for (const dead of [newSession().id, ""]) {
      expect(await user.block(dead, BOB.id, BOB, true)).toMatchObject({ failure: "session" });
      expect(await user.blocks(dead)).toMatchObject({ failure: "session" });
    }
    storage.sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO block SELECT i FROM n`,
      99 + limits.BLOCKS_PER_USER_MAX,
    );
    expect(await user.block(ann, BOB.id, BOB, true)).toMatchObject({ failure: "conflict" });
    expect(await user.block(ann, 100, { id: 100, name: "" }, true)).toEqual(DONE);
    await user.block(ann, 100, null, false);
    expect(await user.block(ann, BOB.id, BOB, true)).toEqual(DONE);
  });
});

it("[MO14] the room of the two learns each change, with stamps that grow, before the answer", async () => {
  await asAnn(async ({ user, places }, ann) => {
    for (const on of [true, true, false, false, true]) await user.block(ann, BOB.id, BOB, on);
    const told = places.learned.map(({ room, userId, news }) => [room, userId, news]);
    expect(told).toEqual([true, false, true].map((on) => [PAIR, ANN.id, { type: "block", on }]));
    const stamps = places.learned.map(({ stamp }) => stamp);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(new Set(stamps).size).toBe(3);
  });
});

it("[MO14] a room that is away is told until it answers, after a crash too", async () => {
  await asAnn(async ({ user, places, storage, rebuild }, ann) => {
    places.behaviour.set(`room:${PAIR}`, "fail");
    expect(await user.block(ann, BOB.id, BOB, true)).toEqual(DONE);
    expect(places.learned).toEqual([]);
    places.behaviour.delete(`room:${PAIR}`);
    const reborn = rebuild();
    makeDue(storage);
    await reborn.alarm();
    await reborn.alarm();
    expect(places.learned).toMatchObject([{ room: PAIR, news: { type: "block", on: true } }]);
  });
});

it("[MO20] a room that hangs keeps nobody waiting for long", async () => {
  await asAnn(async ({ user, places }, ann) => {
    places.behaviour.set(`room:${PAIR}`, "hang");
    expect(await user.block(ann, BOB.id, BOB, true)).toEqual(DONE);
    expect(await user.blocks(ann)).toEqual({ ok: true, value: [BOB.id] });
  });
});
