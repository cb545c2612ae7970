import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { glanceOf, identityOf, openInbox, withOpen } from "./test-inbox.ts";
import { makeDue, newSession, withUser } from "./test-user.ts";

it("[IN5] a socket gets every room once, page by page, and every room is asked to say when it changes", async () => {
  await withUser(async ({ user, places, storage }) => {
    const session = newSession();
    await user.openSession(session);
    storage.sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO room (name, is_in, stamp) SELECT 'room ' || i, 1, 1 FROM n`,
      1_000 + limits.PAGE_MAX,
    );
    const names = Array.from({ length: limits.PAGE_MAX + 1 }, (_, i) => `room ${1_000 + i}`);
    for (const name of names) places.glances.set(name, glanceOf(name));
    const socket = await openInbox(user, identityOf(session));
    const pages = [await socket.next("inbox"), await socket.next("inbox")];
    expect(pages.map(({ more, silent }) => [more, silent])).toEqual([
      [true, false],
      [false, false],
    ]);
    expect(pages.flatMap(({ rooms }) => rooms.map(({ room }) => room))).toEqual(names);
    expect([...places.watched].sort()).toEqual(names);
  });
});

it("[IN6] a room that changed is shown to every socket as it is then; who looks at nothing is told nothing", async () => {
  await withUser(async ({ user, places }) => {
    const [a, b] = [newSession(), newSession()];
    for (const session of [a, b]) await user.openSession(session);
    places.glances.set("r", glanceOf("r"));
    await user.roomNews("r", true, 1);
    expect(await user.changed("r")).toBe(false);
    const sockets = [await openInbox(user, identityOf(a)), await openInbox(user, identityOf(b))];
    for (const socket of sockets) await socket.next("inbox");
    places.glances.set("r", glanceOf("r", { unread: 3 }));
    expect([await user.changed("r"), await user.changed("somebody else's")]).toEqual([true, false]);
    for (const socket of sockets) {
      expect(await socket.next("changed")).toMatchObject({ rooms: [{ room: "r", unread: 3, muted: false }] });
    }
  });
});

it("[IN6] what changes while a room is being asked is one more question, not one for each", async () => {
  await withOpen(["r"], async ({ user, places, socket }) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    places.behaviour.set("room:r", promise);
    for (let i = 0; i < 50; i++) await user.changed("r");
    expect(places.glancing).toBe(1);
    places.glances.set("r", glanceOf("r", { head: 50 }));
    resolve(1);
    expect(await socket.next("changed")).toMatchObject({ rooms: [{ head: 50 }] });
    expect(await socket.next("changed")).toMatchObject({ rooms: [{ head: 50 }] });
    await user.changed("r");
    await socket.next("changed");
    expect(socket.pending).toEqual([]);
  });
});

it("[IN6] a page that was overtaken by a change does not have the last word", async () => {
  await withUser(async ({ user, places }) => {
    const session = newSession();
    await user.openSession(session);
    for (const room of ["a", "slow"]) {
      places.glances.set(room, glanceOf(room));
      await user.roomNews(room, true, 1);
    }
    const { promise, resolve } = Promise.withResolvers<number>();
    places.behaviour.set("room:slow", promise);
    const socket = await openInbox(user, identityOf(session));
    await expect.poll(() => places.glancing).toBe(1);
    places.glances.set("a", glanceOf("a", { unread: 1 }));
    await user.changed("a");
    await socket.next("changed");
    resolve(1);
    expect(await socket.next("inbox")).toMatchObject({ rooms: [{ room: "a", unread: 0 }, { room: "slow" }] });
    expect(await socket.next("changed")).toMatchObject({ rooms: [{ room: "a", unread: 1 }] });
  });
});

it("[IN6] a room that is joined appears and is watched, one that is left or deleted is gone, and neither is told of again", async () => {
  await withOpen([], async ({ user, places, socket }) => {
    places.glances.set("new", glanceOf("new", { title: "New" }));
    await user.roomNews("new", true, 1);
    expect(await socket.next("changed")).toMatchObject({ rooms: [{ room: "new", title: "New" }] });
    expect(places.watched).toEqual(["new"]);
    await user.roomNews("new", false, 2);
    expect(await socket.next("gone")).toEqual({ type: "gone", room: "new" });
    await user.roomNews("new", true, 3);
    await socket.next("changed");
    places.glances.delete("new");
    expect(await user.changed("new")).toBe(true);
    expect(await socket.next("gone")).toEqual({ type: "gone", room: "new" });
    expect(await user.changed("new")).toBe(false);
  });
});

it("[IN5] a room that could not be asked to say when it changes is asked again until it was reached, and shown then", async () => {
  await withUser(async (scene) => {
    const session = newSession();
    await scene.user.openSession(session);
    scene.places.glances.set("away", glanceOf("away"));
    await scene.user.roomNews("away", true, 1);
    scene.places.behaviour.set("room:away", "fail");
    const socket = await openInbox(scene.user, identityOf(session));
    expect(await socket.next("inbox")).toMatchObject({ rooms: [{ room: "away", unavailable: true }] });
    scene.places.behaviour.clear();
    const due = () => scene.storage.sql.exec("SELECT 1 FROM outbox WHERE due_at > ?", Date.now()).toArray().length;
    await expect.poll(due).toBe(1);
    makeDue(scene.storage);
    await scene.user.alarm();
    expect(scene.places.watched).toEqual(["away"]);
    expect(await socket.next("changed")).toMatchObject({ rooms: [{ room: "away", unread: 0 }] });
  });
});

it("[IN7] a mute shows on every socket of the user", async () => {
  await withOpen(["r"], async ({ user, socket, sessionId }) => {
    await user.muteRoom(sessionId, "r", true);
    expect(await socket.next("changed")).toMatchObject({ rooms: [{ room: "r", muted: true }] });
  });
});

it("[IN11] while do not disturb lasts, frames are silent, and its beginning and end are told", async () => {
  await withOpen(["r"], async ({ user, socket, sessionId }) => {
    await user.setPreferences(sessionId, { doNotDisturbUntilMs: Date.now() + 60_000 });
    expect(await socket.next("changed")).toEqual({ type: "changed", rooms: [], silent: true });
    await user.changed("r");
    expect(await socket.next("changed")).toMatchObject({ rooms: [{ room: "r" }], silent: true });
    await user.setPreferences(sessionId, { doNotDisturbUntilMs: Date.now() - 1 });
    expect(await socket.next("changed")).toEqual({ type: "changed", rooms: [], silent: false });
  });
});
