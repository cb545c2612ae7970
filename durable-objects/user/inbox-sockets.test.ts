import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import type { InboxFrame } from "../../contracts/native.ts";
import { freshRoom, openSession, roomOf, signIn, valueIn } from "../lib/test-people.ts";
import type { FrameSocket } from "../lib/test-socket.ts";
import { glanceOf, identityOf, type Live, openInbox, withOpen } from "./test-inbox.ts";
import { makeDue, NEW_PASSWORD, newSession, openAt, withUser } from "./test-user.ts";

type End = (live: Live) => Promise<unknown>;
const ends: readonly (readonly [string, End])[] = [
  ["a logout", async ({ user, sessionId }) => user.end(sessionId, [sessionId])],
  ["a changed password", async ({ user, sessionId }) => user.changePassword(sessionId, NEW_PASSWORD, newSession())],
  ["a removal", async ({ user }) => ({ value: await user.remove() })],
];

it.each(ends)(
  "[IN8] %s closes the sockets of the sessions that it ends, counts them, and they hear nothing more",
  async (_, end) => {
    await withOpen(["r"], async (live) => {
      expect(await end(live)).toMatchObject({ value: { sessions: 1, closed: 1, pending: 0 } });
      expect(await live.socket.closed).toMatchObject({ code: 4501 });
      expect(await live.user.changed("r")).toBe(false);
      expect(live.socket.pending).toEqual([]);
    });
  },
);

it("[IN8] the sockets of other sessions stay", async () => {
  await withOpen(["r"], async ({ user, socket, sessionId }) => {
    const other = newSession();
    await user.openSession(other);
    const second = await openInbox(user, identityOf(other));
    await second.next("inbox");
    expect(await user.end(sessionId, [other.id])).toMatchObject({ value: { sessions: 1, closed: 1 } });
    await second.closed;
    await user.changed("r");
    await socket.next("changed");
  });
});

it("[IN8] the socket of an expired session is closed by the alarm, and before the next frame at the latest", async () => {
  for (const way of ["alarm", "frame"]) {
    await withUser(async ({ user, places, storage }) => {
      const session = newSession();
      await user.openSession(session);
      places.glances.set("r", glanceOf("r"));
      await user.roomNews("r", true, 1);
      const late = { ...identityOf(session), expiresAtMs: Date.now() + 50 };
      const socket = await openInbox(user, late);
      await socket.next("inbox");
      await expect.poll(() => Date.now()).toBeGreaterThan(late.expiresAtMs);
      if (way === "frame") await user.changed("r");
      else {
        makeDue(storage);
        await user.alarm();
      }
      expect(await socket.closed).toMatchObject({ code: 4501 });
      expect(socket.pending).toEqual([]);
    });
  }
});

it("[IN9] one more than INBOX_SOCKETS_PER_USER_MAX is refused, until another one closes", async () => {
  await withUser(async (scene) => {
    const [session] = await openAt(scene, 1);
    const identity = identityOf(session ?? newSession());
    const sockets: FrameSocket<InboxFrame>[] = [];
    for (let i = 0; i < limits.INBOX_SOCKETS_PER_USER_MAX; i++) sockets.push(await openInbox(scene.user, identity));
    await expect(openInbox(scene.user, identity)).rejects.toThrow("503");
    await scene.user.end(identity.sessionId, "all");
    const [next] = await openAt(scene, 1);
    await openInbox(scene.user, identityOf(next ?? newSession()));
  });
});

it("[IN9] a subprotocol is answered, and a request that is no upgrade is refused", async () => {
  await withUser(async (scene) => {
    const [session] = await openAt(scene, 1);
    const identity = identityOf(session ?? newSession());
    await openInbox(scene.user, identity, { "Sec-WebSocket-Protocol": "edgechat.v1" });
    await expect(openInbox(scene.user, identity, { Upgrade: "h2c" })).rejects.toThrow("400");
  });
});

/** A user with a room in the inbox whose log is empty, on real objects: what the runtime does with sockets cannot be faked. */
async function openReal() {
  const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
  const room = freshRoom();
  valueIn(await roomOf(room).create(bob, "private", { members: [{ id: ann.userId, name: "Ann" }] }));
  const user = env.USER.getByName(String(ann.userId));
  // The stamp of the room's own letter about the same is lower.
  await user.roomNews(room, true, 1_000);
  const socket = await openInbox(user, ann);
  await socket.next("inbox");
  return { ann, bob, room, user, socket };
}

it("[IN9] pings are answered without waking anybody; whatever else a client sends is refused and changes nothing", async () => {
  const { socket } = await openReal();
  await socket.ping();
  for (const frame of ["x", '{"type":"hello"}', "[]", new ArrayBuffer(100_000)]) {
    socket.raw(frame);
    expect(await socket.next("refused")).toMatchObject({ failure: "badRequest" });
  }
  await socket.ping();
});

it("[IN9] a socket without a sign of life is closed instead of being sent more, one that pings is not", async () => {
  const { ann, bob, room, user, socket } = await openReal();
  const silent = await openInbox(user, ann);
  await silent.next("inbox");
  await socket.ping();
  await runInDurableObject(user, (_, state) => {
    for (const open of state.getWebSockets()) {
      open.serializeAttachment({ sessionId: ann.sessionId, expiresAtMs: ann.expiresAtMs, openedAtMs: 0 });
    }
  });
  await roomOf(room).send(bob, { body: "one" });
  expect(await socket.next("changed")).toMatchObject({ rooms: [{ unread: 1 }] });
  expect(await silent.closed).toMatchObject({ code: 4005 });
  expect(silent.pending).toEqual([]);
});

it("[IN6] a message in a room shows in the open inboxes of its members, also when room and user have slept meanwhile", async () => {
  const { bob, room, user, socket } = await openReal();
  await roomOf(room).send(bob, { body: "one" });
  expect(await socket.next("changed")).toMatchObject({ rooms: [{ room, unread: 1, last: { excerpt: "one" } }] });
  await evictDurableObject(user);
  await evictDurableObject(env.ROOM.getByName(room));
  await roomOf(room).send(bob, { body: "two" });
  expect(await socket.next("changed")).toMatchObject({ rooms: [{ room, unread: 2, last: { excerpt: "two" } }] });
});

it("[IN6] what one device has read shows on the other", async () => {
  const { ann, bob, room, user, socket } = await openReal();
  const second = await openInbox(user, await openSession(ann.userId));
  await second.next("inbox");
  await roomOf(room).send(bob, { body: "one" });
  for (const device of [socket, second]) expect(await device.next("changed")).toMatchObject({ rooms: [{ unread: 1 }] });
  valueIn(await roomOf(room).read(ann, 1));
  for (const device of [socket, second]) {
    expect(await device.next("changed")).toMatchObject({ rooms: [{ read: 1, unread: 0 }] });
  }
});

it("[IN6] a room that is deleted is gone from open inboxes at once", async () => {
  const { bob, room, socket } = await openReal();
  expect(await roomOf(room).delete(bob)).toMatchObject({ value: true });
  expect(await socket.next("gone")).toEqual({ type: "gone", room });
});

it("[IN8] after the object slept a logout still closes its sockets", async () => {
  const { ann, user, socket } = await openReal();
  await evictDurableObject(user);
  expect(await user.end(ann.sessionId, "all")).toMatchObject({ value: { closed: 1 } });
  expect(await socket.closed).toMatchObject({ code: 4501 });
});

it("[IN6] when the last socket closes, the rooms learn it with the next change and tell nobody any more", async () => {
  const { bob, room, user, socket } = await openReal();
  socket.close();
  expect(await socket.closed).toMatchObject({ code: 1000 });
  await expect.poll(() => user.changed(room)).toBe(false);
  await roomOf(room).send(bob, { body: "one" });
  const watchers = () =>
    runInDurableObject(env.ROOM.getByName(room), (_, { storage }) =>
      storage.sql.exec("SELECT * FROM watcher").toArray(),
    );
  await expect.poll(watchers).toEqual([]);
});

it("[IN8] the alarm of an inbox without sockets does nothing, and runs twice without harm", async () => {
  const { user, socket } = await openReal();
  socket.close();
  await socket.closed;
  await runInDurableObject(user, (_, { storage }) => storage.sql.exec("UPDATE job SET due_at = 0").toArray());
  for (let i = 0; i < 2; i++) expect(await runDurableObjectAlarm(user)).toBe(true);
  const jobs = await runInDurableObject(user, (_, { storage }) =>
    storage.sql.exec("SELECT kind FROM job WHERE kind = 'inbox'").toArray(),
  );
  expect(jobs).toEqual([]);
});
