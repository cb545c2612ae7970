import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { directRoom } from "../../contracts/names.ts";
import type { Change } from "../../contracts/services.ts";
import { freshNumber, roomOf, signIn } from "../lib/test-people.ts";
import { EventLog } from "./event-log.ts";
import { People } from "./people.ts";
import { ANN, BOB } from "./test-bench.ts";
import { begin, evict, readLog, withLog } from "./test-changes.ts";
import { join } from "./test-room.ts";
import { undoRunning } from "./test-schema.ts";

it("[ED1] [ED4] over the socket changes are answered by ok or refused with their id, and everybody sees them", async () => {
  const { room, ann, bob } = await begin();
  const { socket } = await join(room, ann);
  const { socket: other } = await join(room, bob);
  socket.send(
    { type: "edit", id: "e", seq: 1, body: "second" },
    { type: "react", id: "r", seq: 1, emoji: "👍", on: true },
    { type: "edit", id: "e", seq: 1, body: "second" },
  );
  expect(await socket.next("ok")).toMatchObject({ id: "e", seq: 2 });
  expect(await socket.next("ok")).toMatchObject({ id: "r", seq: 3 });
  expect(await socket.next("ok")).toMatchObject({ id: "e", seq: 2, duplicate: true });
  const { events } = await other.next("events");
  expect(events[0]).toMatchObject({ seq: 2, kind: "edit", target: 1, body: "second" });
  other.send({ type: "delete", id: "d", seq: 1 }, { type: "edit", id: "x", seq: 1, body: "mine" });
  expect(await other.next("refused")).toMatchObject({ id: "d", failure: "forbidden" });
  expect(await other.next("refused")).toMatchObject({ id: "x", failure: "forbidden" });
});

it("[ED1] a change that cannot be written costs only itself, and leaves the message as it was", async () => {
  await withLog((log, storage) => {
    const edit = { from: ANN, change: { type: "edit", seq: 1, body: "second", id: "e" }, standing: "guest" } as const;
    log.append([{ from: ANN, message: { body: "first" } }], 0);
    storage.sql.exec(
      "CREATE TRIGGER poison BEFORE INSERT ON event WHEN NEW.kind = 'edit' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    expect(log.append([{ from: ANN, message: { body: "next" } }, edit], 0)).toMatchObject([
      { value: { seq: 2 } },
      { failure: "internal" },
    ]);
    expect(log.versions({ seq: 1, after: 0, limit: 9 }, ANN.id, "guest")).toMatchObject({ value: { versions: [] } });
    for (const query of [
      { after: 0, limit: 9 },
      { before: 9, limit: 9 },
    ]) {
      expect(log.page(query).events).toMatchObject([{ body: "first" }, { body: "next" }]);
    }
    storage.sql.exec("DROP TRIGGER poison");
    expect(log.append([edit], 0)).toMatchObject([{ value: { seq: 3, duplicate: false } }]);
  });
});

it("[LG2] [ED2] a batch whose changes cannot be read again is written once all the same", async () => {
  await runInDurableObject(env.ROOM.getByName(freshNumber()), (_, { storage }) => {
    const people = new People(storage.sql);
    const log = new EventLog(storage, people, "e");
    log.append([{ from: ANN, message: { body: "first" } }], 0);
    const nameOf = people.nameOf.bind(people);
    // Inserting asks for the name twice, for "next" and for the edit; the third time is the reading.
    let asked = 0;
    people.nameOf = (id) => {
      asked += 1;
      if (asked === 3) throw new Error("no");
      return nameOf(id);
    };
    const edit = { from: ANN, change: { type: "edit", seq: 1, body: "second" }, standing: "guest" } as const;
    const replies = log.append([{ from: ANN, message: { body: "next" } }, edit], 0);
    expect(replies).toMatchObject([{ value: { seq: 2 } }, { value: { seq: 3 } }]);
    expect(log.page({ before: 9, limit: 9 }).events.map(({ kind, body }) => [kind, body])).toEqual([
      ["message", "second"],
      ["message", "next"],
      ["edit", "second"],
    ]);
  });
});

it("[ED2] whatever happens to messages, memory and disk tell the same", async () => {
  await withLog((log, storage) => {
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const change = (seq: number): Change => {
      const kind = random(8);
      if (kind === 0) return { type: "delete", seq };
      if (kind < 4) return { type: "edit", seq, body: `text ${random(4)}` };
      return { type: "react", seq, emoji: ["👍", "🎉"][random(2)] ?? "", on: random(3) > 0 };
    };
    const entry = () => {
      const from = random(2) === 0 ? ANN : BOB;
      if (random(4) === 0) return { from, message: { body: `text ${random(4)}` } };
      return {
        from,
        change: change(1 + random(log.head + 2)),
        standing: random(2) === 0 ? ("guest" as const) : ("moderator" as const),
      };
    };
    for (let batch = 0; batch < 60; batch++) {
      log.append(Array.from({ length: 1 + random(12) }, entry), batch);
      const disk = new EventLog(storage, new People(storage.sql), "e");
      const [memory, read] = [log, disk].map((each) =>
        each.after(0, 9_999, 9_999_999).map(({ json }) => JSON.parse(json)),
      );
      expect(memory).toEqual(read);
      expect([log.head, log.messages]).toEqual([disk.head, disk.messages]);
    }
    expect(log.head).toBeGreaterThan(100);
  });
});

it("[RP7] messages alone are found behind whatever happened to them, and fill the page", async () => {
  await withLog((log) => {
    const from = ANN;
    log.append(
      ["a", "b", "c"].map((body) => ({ from, message: { body } })),
      0,
    );
    const changes: readonly Change[] = [
      ...[true, false, true].map((on) => ({ type: "react", seq: 1, emoji: "👍", on }) as const),
      { type: "edit", seq: 1, body: "A" },
      { type: "delete", seq: 2 },
    ];
    log.append(
      changes.map((change) => ({ from, change, standing: "guest" })),
      0,
    );
    const page = log.page({ before: 99, limit: 2, messagesOnly: true });
    expect(page).toMatchObject({
      events: [
        { seq: 1, body: "A" },
        { seq: 3, body: "c" },
      ],
      more: false,
    });
    expect(log.page({ before: 3, limit: 2, messagesOnly: true }).events).toMatchObject([{ seq: 1 }]);
    expect(log.page({ before: 99, limit: 2 }).events).toMatchObject([{ kind: "edit" }, { kind: "delete" }]);
  });
});

it("[ED5] in a conversation of two both change their own messages only", async () => {
  const [ann, bob] = [await signIn("Ann"), await signIn("Bob")];
  const room = directRoom(ann.userId, bob.userId);
  await roomOf(room).send(ann, { body: "hi" });
  expect(await roomOf(room).change(bob, { type: "delete", seq: 1 })).toMatchObject({ failure: "forbidden" });
  expect(await roomOf(room).change(bob, { type: "edit", seq: 1, body: "x" })).toMatchObject({ failure: "forbidden" });
  expect(await roomOf(room).change(ann, { type: "edit", seq: 1, body: "ho" })).toMatchObject({ ok: true });
  const eve = await signIn("Eve");
  expect(await roomOf(room).change(eve, { type: "delete", seq: 1 })).toMatchObject({ failure: "forbidden" });
});

it("[ED1] a room from before changes opens as it was, and takes them from then on", async () => {
  const { room, ann, edit } = await begin();
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
    undoRunning(storage.sql);
    storage.sql.exec("DROP TABLE reaction");
    storage.sql.exec("ALTER TABLE event DROP COLUMN edit_seq");
    storage.sql.exec("ALTER TABLE event DROP COLUMN reactions");
    storage.sql.exec("DELETE FROM migrations WHERE id >= '0005'");
  });
  await evict(room);
  expect(await readLog(room, ann)).toMatchObject([{ body: "first" }]);
  expect(await edit("second")).toMatchObject({ value: { seq: 2 } });
});
