import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { directRoom } from "../../../contracts/names.ts";
import { freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { type Desk, withNotices } from "./test-notices.ts";

afterEach(() => void vi.useRealTimers());

const letters = ({ storage }: Desk) => storage.sql.exec("SELECT no FROM outbox").toArray().length;

function makeDue({ storage }: Desk): void {
  storage.sql.exec("UPDATE job SET due_at = 0");
  storage.sql.exec("UPDATE outbox SET due_at = 0");
}

/** Lets users in, each in a transaction of its own, as joins do. */
function letIn({ notices, storage }: Desk, ...userIds: readonly number[]): void {
  for (const userId of userIds) {
    storage.transactionSync(() => notices.post({ type: "membership", userId, isIn: true }));
    notices.deliver();
  }
}

it("[IN1] a user object learns of a membership with a stamp that grows; then no letter and no alarm is left", async () => {
  await withNotices(async (desk) => {
    letIn(desk, 7);
    await expect.poll(() => desk.readers.news).toMatchObject([{ userId: 7, isIn: true }]);
    desk.storage.transactionSync(() => desk.notices.post({ type: "membership", userId: 7, isIn: false }));
    desk.notices.deliver();
    await expect.poll(() => desk.readers.news).toHaveLength(2);
    const [first, second] = desk.readers.news;
    expect(second?.isIn).toBe(false);
    expect(second?.stamp).toBeGreaterThan(first?.stamp ?? Number.NaN);
    await expect.poll(() => desk.storage.getAlarm()).toBeNull();
    expect(letters(desk)).toBe(0);
  });
});

it("[IN1] a transaction that fails tells nobody", async () => {
  await withNotices(async (desk) => {
    const broken = () =>
      desk.storage.transactionSync(() => {
        desk.notices.post({ type: "membership", userId: 7, isIn: true });
        throw new Error("no");
      });
    expect(broken).toThrow("no");
    letIn(desk, 8);
    await expect.poll(() => desk.readers.news).toMatchObject([{ userId: 8 }]);
    expect(letters(desk)).toBe(0);
  });
});

it("[IN1] a user object that was away learns it from the alarm, in another life of the room too", async () => {
  await withNotices(async (desk) => {
    desk.readers.manners.set(7, "fail");
    letIn(desk, 7, 8);
    await expect.poll(() => desk.readers.news).toMatchObject([{ userId: 8 }]);
    await expect.poll(() => desk.storage.getAlarm()).not.toBeNull();
    // As if the process had died while the job ran: the letter is stored and nothing is scheduled.
    desk.storage.sql.exec("DELETE FROM job");
    await desk.storage.deleteAlarm();
    desk.readers.manners.clear();
    await desk.rebuild().resume();
    await expect.poll(() => desk.storage.getAlarm()).not.toBeNull();
    makeDue(desk);
    await desk.jobs.run();
    expect(desk.readers.news).toMatchObject([{ userId: 8 }, { userId: 7 }]);
    expect(letters(desk)).toBe(0);
  });
});

it("[OB4] a burst of 1,000 letters is carried 32 at a time and 200 a second, once each, and nobody is woken later", async () => {
  await withNotices(async (desk) => {
    const users = Array.from({ length: 1_000 }, (_, i) => i + 1);
    letIn(desk, ...users);
    for (let carried = 200; carried <= users.length; carried += 200) {
      await expect.poll(() => desk.readers.news.length).toBe(carried);
      if (carried === users.length) break;
      await expect.poll(() => desk.storage.getAlarm()).not.toBeNull();
      makeDue(desk);
      await desk.jobs.run();
    }
    expect(desk.readers.news.map(({ userId }) => userId).sort((a, b) => a - b)).toEqual(users);
    expect(desk.readers.mostRunning).toBeLessThanOrEqual(32);
    await expect.poll(() => desk.storage.getAlarm()).toBeNull();
    expect(letters(desk)).toBe(0);
  });
});

it("[OB4] what is posted when a second's letters have left waits for the next second too", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  await withNotices(async (desk) => {
    letIn(desk, ...Array.from({ length: 300 }, (_, i) => i + 1));
    await expect.poll(() => desk.readers.news.length).toBe(200);
    const alarms: (number | null)[] = [];
    for (let turn = 0; turn < 20; turn++) {
      letIn(desk, 301 + turn);
      alarms.push(await desk.storage.getAlarm());
    }
    expect(desk.readers.news).toHaveLength(200);
    expect(alarms.at(-1)).not.toBeNull();
    vi.setSystemTime(Date.now() + 1_000);
    await desk.jobs.run();
    letIn(desk, 321);
    await expect.poll(() => desk.readers.news.length).toBe(321);
    expect(letters(desk)).toBe(0);
  });
});

it("[IN1] a report goes to the list of reports", async () => {
  await withNotices(async ({ notices, readers }) => {
    const person = { id: 1, name: "Ann" };
    const report = {
      id: "r1",
      room: "r",
      seq: 1,
      at: 1,
      reporter: person,
      author: person,
      body: "hi",
      reason: "rude",
      state: "open",
      resolution: "",
    } as const;
    notices.post({ type: "report", report });
    notices.deliver();
    await expect.poll(() => readers.reports).toEqual([report]);
  });
});

it("[IN1] a conversation of two is in both inboxes from its first message on, told once", async () => {
  const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
  const room = directRoom(ann.userId, bob.userId);
  valueIn(await roomOf(room).send(ann, { body: "hello" }));
  const inboxOf = async ({ userId, sessionId }: typeof ann) =>
    valueIn(await env.USER.getByName(String(userId)).inbox(sessionId, { after: "", limit: 9 })).rooms;
  await expect.poll(() => inboxOf(bob)).toMatchObject([{ room, kind: "direct", title: "Ann", unread: 1 }]);
  // Bob never acted there: the room asks for his name.
  await expect.poll(() => inboxOf(ann)).toMatchObject([{ room, title: "Bob" }]);
  const lettersSoFar = () =>
    runInDurableObject(env.ROOM.getByName(room), (_, { storage }) =>
      storage.sql.exec<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").one(),
    );
  expect(await lettersSoFar()).toEqual({ seq: 2 });
  valueIn(await roomOf(room).send(bob, { body: "hello too" }));
  await evictDurableObject(env.ROOM.getByName(room));
  valueIn(await roomOf(room).send(ann, { body: "again" }));
  expect(await inboxOf(ann)).toMatchObject([{ room, title: "Bob" }]);
  expect(await lettersSoFar()).toEqual({ seq: 2 });
});

it("[IN1] a conversation from before there were inboxes is put into both with the next call of its room", async () => {
  const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
  const room = directRoom(ann.userId, bob.userId);
  valueIn(await roomOf(room).send(ann, { body: "hello" }));
  const user = env.USER.getByName(String(bob.userId));
  await expect.poll(() => user.hasPlaceFor(room)).toBe(true);
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
    storage.sql.exec("DELETE FROM meta WHERE key = 'opened'");
  });
  await runInDurableObject(user, (_, { storage }) => {
    storage.sql.exec("DELETE FROM room");
  });
  await evictDurableObject(env.ROOM.getByName(room));
  valueIn(await roomOf(room).history(ann, { after: 0, limit: 1 }));
  const rooms = async () => valueIn(await user.inbox(bob.sessionId, { after: "", limit: 9 })).rooms;
  await expect.poll(rooms).toMatchObject([{ room }]);
});

it("[IN12] members from before there were inboxes have a letter each, once", async () => {
  const [owner, ann] = await Promise.all([signIn("Owner"), signIn("Ann")]);
  const room = freshRoom();
  valueIn(await roomOf(room).create(owner, "listed"));
  valueIn(await roomOf(room).addMember(owner, ann.userId));
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
    storage.sql.exec("DELETE FROM migrations WHERE id = '0007-inboxes'");
  });
  await evictDurableObject(env.ROOM.getByName(room));
  valueIn(await roomOf(room).describe(owner));
  const due = () =>
    runInDurableObject(env.ROOM.getByName(room), (_, { storage }) =>
      storage.sql.exec("SELECT target, body FROM outbox ORDER BY no").toArray(),
    );
  const letter = (userId: number) => ({
    target: `user:${userId}`,
    body: JSON.stringify({ type: "membership", userId, isIn: true }),
  });
  expect(await due()).toEqual(expect.arrayContaining([owner, ann].map(({ userId }) => letter(userId))));
  await runInDurableObject(env.ROOM.getByName(room), (instance) => instance.alarm());
  const user = env.USER.getByName(String(ann.userId));
  const rooms = async () => valueIn(await user.inbox(ann.sessionId, { after: "", limit: 9 })).rooms;
  await expect.poll(rooms).toMatchObject([{ room, unread: 0 }]);
  expect(await due()).toEqual([]);
});

it("[IN2] the numbers of letters go on in the next life of a deleted room", async () => {
  const owner = await signIn("Owner");
  const room = freshRoom();
  const letter = () =>
    runInDurableObject(env.ROOM.getByName(room), (_, { storage }) =>
      storage.sql
        .exec<{ no: number }>("INSERT INTO outbox (target, body, due_at) VALUES ('x', '{}', 4e12) RETURNING no")
        .one(),
    );
  valueIn(await roomOf(room).create(owner, "listed"));
  const { no } = await letter();
  valueIn(await roomOf(room).delete(owner));
  expect((await letter()).no).toBeGreaterThan(no);
});

it("[IN2] who has ROOMS_PER_USER_MAX rooms joins no other", async () => {
  const [owner, ann] = await Promise.all([signIn("Owner"), signIn("Ann")]);
  const room = freshRoom();
  valueIn(await roomOf(room).create(owner, "listed"));
  await runInDurableObject(env.USER.getByName(String(ann.userId)), (_, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO room (name, is_in, stamp) SELECT 'room ' || i, 1, 1 FROM n`,
      limits.ROOMS_PER_USER_MAX,
    );
  });
  expect(await roomOf(room).join(ann, null)).toMatchObject({ ok: false, failure: "conflict" });
  expect(await roomOf(room).glance(ann.userId, [])).toBeNull();
});
