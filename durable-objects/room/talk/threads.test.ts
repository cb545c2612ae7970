import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { freshNumber, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { Room } from "../room.ts";
import { evict, readLog } from "../test-changes.ts";

/** A room of messages, each answering the seq that is given, or nothing. */
async function talk(...answering: readonly (number | null)[]) {
  const room = freshNumber();
  const ann = await signIn("Ann");
  for (const replyTo of answering) await roomOf(room).send(ann, { body: "x", ...(replyTo ? { replyTo } : {}) });
  const thread = (seq: number, after = 0, limit: number = limits.PAGE_MAX) =>
    roomOf(room).thread(ann, { seq, after, limit });
  return { room, ann, thread };
}

const seqs = (events: readonly { readonly seq: number }[]) => events.map(({ seq }) => seq);

it("[TA1] an answer says what its thread began with, whichever message of it was answered", async () => {
  const { room, ann } = await talk(null, 1, 2, null, 3, 4);
  for (const evicted of [false, true]) {
    if (evicted) await evict(room);
    const log = await readLog(room, ann);
    expect(log.map(({ replyTo, thread }) => [replyTo, thread])).toEqual([
      [undefined, undefined],
      [1, 1],
      [2, 1],
      [undefined, undefined],
      [3, 1],
      [4, 4],
    ]);
  }
});

it("[TA2] a thread is read by any of its messages, in the order of the log, page by page", async () => {
  const { thread } = await talk(null, 1, null, 2, 1, 3);
  for (const seq of [1, 2, 4, 5]) {
    const page = valueIn(await thread(seq));
    expect([page.root.seq, seqs(page.events), page.more, page.count]).toEqual([1, [2, 4, 5], false, 3]);
  }
  expect(valueIn(await thread(1, 0, 2))).toMatchObject({ events: [{ seq: 2 }, { seq: 4 }], more: true, count: 3 });
  expect(valueIn(await thread(1, 4, 2))).toMatchObject({ events: [{ seq: 5 }], more: false, count: 3 });
  expect(valueIn(await thread(1, 9))).toMatchObject({ events: [], more: false, count: 3 });
  expect(valueIn(await thread(3))).toMatchObject({ root: { seq: 3 }, events: [{ seq: 6 }], count: 1 });
});

it("[TA2] a message that nobody answered is a thread of its own", async () => {
  const { thread } = await talk(null);
  expect(valueIn(await thread(1))).toMatchObject({ root: { seq: 1, body: "x" }, events: [], more: false, count: 0 });
});

it("[TA2] deleted messages keep their place in it, the first one too", async () => {
  const { room, ann, thread } = await talk(null, 1, 2);
  for (const seq of [1, 2]) valueIn(await roomOf(room).change(ann, { type: "delete", seq }));
  const page = valueIn(await thread(3));
  expect(page).toMatchObject({ root: { deleted: true }, events: [{ deleted: true }, { body: "x" }], count: 2 });
});

it("[TA2] a page is bounded in bytes, and holds an answer at least", async () => {
  const room = freshNumber();
  const ann = await signIn();
  const body = "x".repeat(limits.BODY_BYTES_MAX);
  await roomOf(room).send(ann, { body: "root" });
  for (let i = 0; i < 40; i++) await roomOf(room).send(ann, { body, replyTo: 1 });
  const page = valueIn(await roomOf(room).thread(ann, { seq: 1, after: 0, limit: limits.PAGE_MAX }));
  expect(JSON.stringify(page.events).length).toBeLessThan(limits.PAGE_BYTES_MAX);
  expect([page.more, page.count]).toEqual([true, 40]);
});

it("[TA2] what is not there or no message has no thread", async () => {
  const { room, ann, thread } = await talk(null);
  valueIn(await roomOf(room).change(ann, { type: "react", seq: 1, emoji: "👍", on: true }));
  expect(await thread(9)).toMatchObject({ failure: "notFound" });
  expect(await thread(2)).toMatchObject({ failure: "badRequest" });
});

it("[TA3] nobody reads of a thread what is older than what they may see", async () => {
  const { room } = await talk(null, 1, null, 3);
  await runInDurableObject(env.ROOM.getByName(room), (_, state) => {
    const { threads } = new Room(state, env, room);
    const page = (seq: number) => threads.page({ seq, after: 0, limit: 9 }, 2);
    expect(page(1)).toMatchObject({ failure: "notFound" });
    expect(page(2)).toMatchObject({ failure: "notFound" });
    expect(page(4)).toMatchObject({ value: { root: { seq: 3 }, events: [{ seq: 4 }] } });
  });
});

it("[TA1] rooms from before there were threads get them, however long their chains of answers are", async () => {
  const { room, ann, thread } = await talk(null, 1, null, 2, 3, 4);
  const before = await readLog(room, ann);
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage: { sql } }) => {
    sql.exec("DROP INDEX event_thread");
    sql.exec("DROP INDEX person_key");
    for (const column of ["thread", "mentions", "subject", "details"])
      sql.exec(`ALTER TABLE event DROP COLUMN ${column}`);
    sql.exec("ALTER TABLE read_mark DROP COLUMN delivered");
    sql.exec("ALTER TABLE person DROP COLUMN name_key");
    sql.exec("ALTER TABLE member DROP COLUMN history_from");
    for (const table of ["mention", "pin", "invitation", "mute", "ban", "moderation", "report", "watcher", "news"]) {
      sql.exec(`DROP TABLE ${table}`);
    }
    // A chain of answers, each to the one before.
    sql.exec(`WITH RECURSIVE n (seq) AS (SELECT 7 UNION ALL SELECT seq + 1 FROM n WHERE seq < 20000)
      INSERT INTO event (seq, kind, target, actor, at, message_no, body)
      SELECT seq, 'message', seq - 1, 1, 1, seq, 'x' FROM n`);
    sql.exec("DELETE FROM migrations WHERE id > '0005-z'");
    for (const table of ["job", "outbox"]) sql.exec(`DROP TABLE IF EXISTS ${table}`);
  });
  await evict(room);
  expect((await readLog(room, ann)).slice(0, 6)).toEqual(before);
  const page = valueIn(await thread(20_000, 6, 1));
  expect([page.root.seq, page.count, page.events[0]?.thread]).toEqual([1, 19_997, 1]);
});
