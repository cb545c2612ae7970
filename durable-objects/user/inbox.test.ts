import { evictDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { glanceOf, identityOf, openInbox } from "./test-inbox.ts";
import { ANN, freshUser, makeDue, newSession, openAt, type Scene, withUser } from "./test-user.ts";

const REFUSED = { ok: false, failure: "session" };

/** A session, and rooms of the inbox that look as asked. */
async function withRooms(
  rooms: readonly string[],
  act: (scene: Scene & { readonly sessionId: string }) => Promise<void>,
): Promise<void> {
  await withUser(async (scene) => {
    const [session] = await openAt(scene, 1);
    for (const room of rooms) {
      scene.places.glances.set(room, glanceOf(room));
      await scene.user.roomNews(room, true, 1);
    }
    await act({ ...scene, sessionId: session?.id ?? "" });
  });
}

async function namesIn({ user, sessionId }: Scene & { readonly sessionId: string }): Promise<readonly string[]> {
  const page = await user.inbox(sessionId, { after: "", limit: limits.PAGE_MAX });
  return page.ok ? page.value.rooms.map(({ room }) => room) : [page.failure];
}

it("[IN2] of the news of a room the one with the highest stamp counts, in whatever order and however often they come", async () => {
  await withRooms(["a"], async (scene) => {
    const { user, places } = scene;
    places.glances.set("b", glanceOf("b"));
    await user.roomNews("b", false, 7);
    await user.roomNews("b", true, 6);
    expect(await namesIn(scene)).toEqual(["a"]);
    for (let i = 0; i < 2; i++) await user.roomNews("b", true, 8);
    await user.roomNews("b", false, 7);
    expect(await namesIn(scene)).toEqual(["a", "b"]);
    await user.roomNews("a", false, 2);
    expect(await namesIn({ ...scene, user: scene.rebuild() })).toEqual(["b"]);
  });
});

it("[IN2] rooms, mutes and preferences survive eviction", async () => {
  const user = freshUser();
  const session = newSession();
  await user.create(ANN);
  await user.openSession(session);
  await user.roomNews("a", true, 1);
  await user.muteRoom(session.id, "a", true);
  await user.setPreferences(session.id, { doNotDisturbUntilMs: 5 });
  await evictDurableObject(user);
  expect(await user.muteRoom(session.id, "a", false)).toMatchObject({ ok: true });
  expect(await user.preferences(session.id)).toMatchObject({ value: { sharesMarks: true, doNotDisturbUntilMs: 5 } });
});

it("[IN2] past ROOMS_PER_USER_MAX there is no place for another room, until one is left", async () => {
  await withRooms(["a"], async (scene) => {
    const { user, storage } = scene;
    storage.sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO room (name, is_in, stamp) SELECT 'room ' || i, 1, 1 FROM n`,
      limits.ROOMS_PER_USER_MAX,
    );
    expect([await user.hasPlaceFor("b"), await user.hasPlaceFor("a")]).toEqual([false, true]);
    await user.roomNews("b", true, 1);
    expect(await user.muteRoom(scene.sessionId, "b", true)).toMatchObject({ failure: "notFound" });
    await user.roomNews("a", false, 2);
    expect(await user.hasPlaceFor("b")).toBe(true);
  });
});

it("[IN3] pages are ordered by name and follow each other; totals are of the page, muted rooms count in mentions alone", async () => {
  await withRooms(["c", "a", "b", "direct:1:2"], async ({ user, places, sessionId }) => {
    for (const room of ["a", "b", "c"]) places.glances.set(room, glanceOf(room, { unread: 10, mentions: 1 }));
    await user.muteRoom(sessionId, "b", true);
    const first = await user.inbox(sessionId, { after: "", limit: 3 });
    expect(first).toMatchObject({
      value: {
        rooms: [
          { room: "a", muted: false },
          { room: "b", muted: true },
          { room: "c", muted: false },
        ],
        more: true,
        unread: 20,
        mentions: 3,
      },
    });
    const rest = await user.inbox(sessionId, { after: "c", limit: 3 });
    expect(rest).toMatchObject({ value: { rooms: [{ room: "direct:1:2" }], more: false, unread: 0, mentions: 0 } });
  });
});

it("[IN4] a room that says that it is not the user's is gone, and a page of such rooms is not the last", async () => {
  await withRooms(["a", "b", "c"], async (scene) => {
    for (const room of ["a", "b"]) scene.places.glances.delete(room);
    const page = await scene.user.inbox(scene.sessionId, { after: "", limit: 1 });
    expect(page).toMatchObject({ value: { rooms: [{ room: "c" }], more: false } });
    for (const room of ["a", "b"]) scene.places.glances.set(room, glanceOf(room));
    expect(await namesIn(scene)).toEqual(["c"]);
  });
});

it("[IN4] a room that says so late is not taken out when newer news has put it there", async () => {
  await withRooms(["a"], async (scene) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    scene.places.glances.delete("a");
    scene.places.behaviour.set("room:a", promise);
    const page = scene.user.inbox(scene.sessionId, { after: "", limit: 9 });
    await scene.user.roomNews("a", true, 2);
    resolve(1);
    expect(await page).toMatchObject({ value: { rooms: [{ room: "a", unavailable: true }] } });
    scene.places.glances.set("a", glanceOf("a"));
    expect(await namesIn(scene)).toEqual(["a"]);
  });
});

it.each(["fail", "hang"] as const)(
  "[IN4] a room that answers with %s is unavailable, and the others are there",
  async (away) => {
    await withRooms(["a", "b"], async ({ user, places, sessionId }) => {
      places.behaviour.set("room:a", away);
      await user.muteRoom(sessionId, "a", true);
      expect(await user.inbox(sessionId, { after: "", limit: 9 })).toMatchObject({
        value: {
          rooms: [
            { room: "a", muted: true, unavailable: true },
            { room: "b", unread: 0 },
          ],
        },
      });
    });
  },
);

it("[IN3] at most INBOX_WIDTH rooms are asked at a time, for however many pages", async () => {
  const names = Array.from({ length: 2 * limits.INBOX_WIDTH }, (_, i) => `room ${100 + i}`);
  await withRooms(names, async (scene) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    for (const room of names) scene.places.behaviour.set(`room:${room}`, promise);
    const pages = [namesIn(scene), namesIn(scene)];
    await expect.poll(() => scene.places.glancing).toBe(limits.INBOX_WIDTH);
    resolve(1);
    expect(await Promise.all(pages)).toEqual([names, names]);
    expect(scene.places.mostGlancing).toBe(limits.INBOX_WIDTH);
  });
});

it("[IN7] a room is muted while it is in the inbox: leaving takes the mute along, and no other room can be muted", async () => {
  await withRooms(["a"], async (scene) => {
    const { user, sessionId } = scene;
    expect(await user.muteRoom(sessionId, "b", true)).toMatchObject({ failure: "notFound" });
    await user.muteRoom(sessionId, "a", true);
    await user.roomNews("a", false, 2);
    expect(await user.muteRoom(sessionId, "a", true)).toMatchObject({ failure: "notFound" });
    await user.roomNews("a", true, 3);
    expect(await user.inbox(sessionId, { after: "", limit: 9 })).toMatchObject({
      value: { rooms: [{ muted: false }] },
    });
  });
});

it("[IN10] of marks that are shared or not only the last word waits for a room that is away", async () => {
  await withRooms(["a"], async ({ user, sessionId, places, storage }) => {
    places.behaviour.set("room:a", "fail");
    for (const sharesMarks of [false, true, false]) await user.setPreferences(sessionId, { sharesMarks });
    expect(storage.sql.exec("SELECT no FROM outbox WHERE target = 'room:a'").toArray()).toHaveLength(1);
    places.behaviour.clear();
    makeDue(storage);
    await user.alarm();
    expect(places.learned).toMatchObject([{ room: "a", news: { type: "marks", shares: false } }]);
  });
});

it("[IN10] whether marks are shared is told to every room of the inbox and every other that the user acted in", async () => {
  await withRooms(["a", "b"], async (scene) => {
    const { user, places, sessionId } = scene;
    for (const name of ["b", "acted"]) await user.attach(sessionId, { kind: "room", name });
    await user.attach(sessionId, { kind: "carrier", name: "no room" });
    const hidden = await user.setPreferences(sessionId, { sharesMarks: false });
    expect(hidden).toEqual({ ok: true, value: { sharesMarks: false, doNotDisturbUntilMs: null } });
    const news = { type: "marks", shares: false };
    const told = (room: string) => ({ room, userId: expect.any(Number), news, stamp: expect.any(Number) });
    expect(places.learned).toEqual(["a", "acted", "b"].map(told));
    await user.setPreferences(sessionId, { sharesMarks: false, doNotDisturbUntilMs: 9 });
    expect(places.learned).toHaveLength(3);
    await user.setPreferences(sessionId, { sharesMarks: true });
    const stamps = places.learned.filter(({ room }) => room === "a").map(({ stamp }) => stamp);
    expect(stamps[1]).toBeGreaterThan(stamps[0] ?? Number.NaN);
  });
});

it("[IN10] a room that acts as the user for the first time learns it with the admission", async () => {
  await withRooms([], async ({ user, sessionId }) => {
    const place = { kind: "room", name: "r" } as const;
    expect(await user.attach(sessionId, place)).toMatchObject({ value: { sharesMarks: true } });
    await user.setPreferences(sessionId, { sharesMarks: false });
    expect(await user.attach(sessionId, place)).toMatchObject({ value: { sharesMarks: false } });
  });
});

it("[IN10] a room that was away learns it from the alarm, in another life of the object too", async () => {
  await withRooms(["a"], async (scene) => {
    scene.places.behaviour.set("room:a", "fail");
    await scene.user.setPreferences(scene.sessionId, { sharesMarks: false });
    expect(scene.places.learned).toEqual([]);
    scene.places.behaviour.clear();
    const reborn = scene.rebuild();
    makeDue(scene.storage);
    await reborn.alarm();
    expect(scene.places.learned).toMatchObject([{ room: "a", news: { shares: false } }]);
  });
});

it("[IN8] an inbox and preferences are the session's user's alone: no other session gets in", async () => {
  await withRooms(["a"], async ({ user, places }) => {
    const expired = newSession(-1);
    await user.openSession(expired);
    for (const id of ["", "x", expired.id]) {
      expect(await user.inbox(id, { after: "", limit: 9 })).toMatchObject(REFUSED);
      expect(await user.muteRoom(id, "a", true)).toMatchObject(REFUSED);
      expect(await user.preferences(id)).toMatchObject(REFUSED);
      expect(await user.setPreferences(id, { sharesMarks: false })).toMatchObject(REFUSED);
      await expect(openInbox(user, identityOf({ ...expired, id }))).rejects.toThrow("401");
    }
    expect([places.watched, places.learned]).toEqual([[], []]);
    const bare = await user.fetch(
      new Request("http://user/api/v1/inbox/socket", { headers: { Upgrade: "websocket" } }),
    );
    expect(bare.status).toBe(401);
  });
});
