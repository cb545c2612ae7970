import { describe, expect, it } from "vitest";
import type { EventPage, RoomEvent } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import type { PageQuery } from "../../contracts/native.ts";
import { roomOf, signIn, valueIn } from "../lib/test-people.ts";
import { evict } from "./test-changes.ts";
import { connect, join } from "./test-room.ts";
import { openRoom, toMembership } from "./test-rooms.ts";

const CLOSED = { newcomersSeeHistory: false } as const;

/** A room whose newcomers do not see what was before: the owner wrote 1 to 3, then Ann joined (4), then 5 was written. */
async function openClosed(visibility: "listed" | "private" = "listed") {
  const opened = await openRoom(visibility, CLOSED);
  const { name, room, owner, ann } = opened;
  for (const body of ["one", "two", "three"]) valueIn(await room.send(owner, { body }));
  valueIn(await room.addMember(owner, ann.userId));
  valueIn(await room.send(owner, { body: "five" }));
  const seqs = async (by: Identity, query: PageQuery = { after: 0, limit: 99 }) =>
    valueIn(await roomOf(name).history(by, query)).events.map(({ seq }) => seq);
  return { ...opened, seqs };
}

/** Reads until a page says that there is no more; more pages than events are an endless loop. */
async function readAll(read: (page: EventPage | null) => Promise<EventPage>): Promise<readonly RoomEvent[]> {
  const events: RoomEvent[] = [];
  let page = await read(null);
  for (let pages = 0; pages < 50; pages++) {
    events.push(...page.events);
    if (!page.more) return events.toSorted((a, b) => a.seq - b.seq);
    page = await read(page);
  }
  throw new Error("the pages do not end");
}

describe("a newcomer where newcomers do not see what was before", () => {
  it("[RO13] reads from the own joining on, owner and moderators everything, also after eviction", async () => {
    const { name, room, owner, ann, bob, seqs } = await openClosed();
    for (let i = 0; i < 2; i++) {
      expect(await seqs(ann)).toEqual([4, 5]);
      expect(await seqs(ann, { before: 99, limit: 9 })).toEqual([4, 5]);
      expect(await seqs(ann, { before: 4, limit: 9 })).toEqual([]);
      expect(await seqs(owner)).toEqual([1, 2, 3, 4, 5]);
      await evict(name);
    }
    valueIn(await room.addMember(owner, bob.userId, "moderator"));
    expect(await seqs(bob)).toEqual([1, 2, 3, 4, 5, 6]);
    valueIn(await room.addMember(owner, bob.userId, "member"));
    expect(await seqs(bob)).toEqual([6, 7]);
  });

  it("[RO13] who comes again begins again, and who was a member before the setting keeps what was there", async () => {
    const { room, owner, ann, bob, seqs } = await openClosed();
    valueIn(await room.removeMember(ann, ann.userId));
    valueIn(await room.join(ann, null));
    expect(await seqs(ann)).toEqual([7]);
    valueIn(await room.configure(owner, { newcomersSeeHistory: true }));
    expect(await seqs(ann)).toHaveLength(8);
    valueIn(await room.join(bob, null));
    valueIn(await room.configure(owner, CLOSED));
    expect(await seqs(bob)).toHaveLength(10);
    expect(await seqs(ann)).toEqual([7, 8, 9, 10]);
  });

  it("[RO13] pages are whole and end, in both directions, of all events and of messages alone", async () => {
    const { room, owner, ann } = await openClosed();
    for (let i = 0; i < 3; i++) valueIn(await room.send(owner, { body: "x".repeat(30_000) }));
    const all = [4, 5, 6, 7, 8];
    for (const limit of [1, 2, 9]) {
      const forth = await readAll(async (page) => {
        const after = page === null ? 0 : (page.events.at(-1)?.seq ?? page.after);
        return valueIn(await room.history(ann, { after, limit }));
      });
      expect(forth.map(({ seq }) => seq)).toEqual(all);
      for (const messagesOnly of [false, true]) {
        const back = await readAll(async (page) => {
          const before = page === null ? 99 : page.after + 1;
          return valueIn(await room.history(ann, { before, limit, ...(messagesOnly ? { messagesOnly } : {}) }));
        });
        expect(back.map(({ seq }) => seq)).toEqual(messagesOnly ? all.slice(1) : all);
      }
    }
    const page = valueIn(await room.history(ann, { after: 0, limit: 2 }));
    expect(page).toMatchObject({ after: 3, first: 4, head: 8, more: true });
  });

  it("[RO13] has read what it may not see: nothing of that is unread", async () => {
    const { name, room, owner, ann } = await openClosed();
    const { welcome } = await join(name, ann);
    expect(welcome.you).toMatchObject({ read: 4, unread: 1 });
    valueIn(await room.send(owner, { body: "six" }));
    expect((await join(name, ann)).welcome.you).toMatchObject({ unread: 2 });
  });

  it("[RO13] a resume from before is told honestly what is not for the reader, and later ones too", async () => {
    const { name, room, owner, ann } = await openClosed();
    const { epoch } = valueIn(await room.describe(ann));
    const { socket } = await join(name, ann, { epoch, seq: 1 });
    // One frame, or two where the last event was still to be flushed.
    const readTo5 = async () => {
      const seqs: number[] = [];
      while (seqs.at(-1) !== 5) seqs.push(...(await socket.next("events")).events.map(({ seq }) => seq));
      return seqs;
    };
    expect(await socket.next("truncated")).toEqual({ type: "truncated", from: 2, to: 3 });
    expect(await readTo5()).toEqual([4, 5]);
    socket.send({ type: "hello", resume: { epoch, seq: 0 } });
    expect(await socket.next("truncated")).toEqual({ type: "truncated", from: 1, to: 3 });
    expect(await readTo5()).toEqual([4, 5]);
    const all = await join(name, owner, { epoch, seq: 0 });
    expect(await all.socket.next("resumed")).toMatchObject({ from: 1, to: 5 });
  });

  it("[RO13] asks a socket for pages in vain, and changes, answers and reads nothing older", async () => {
    const { name, room, owner, ann, bob } = await openClosed();
    const { socket } = await join(name, ann);
    socket.send({ type: "history", req: 1, before: 9, limit: 9 }, { type: "history", req: 2, after: 0, limit: 9 });
    expect((await socket.next("history")).events.map(({ seq }) => seq)).toEqual([4, 5]);
    expect((await socket.next("history")).events.map(({ seq }) => seq)).toEqual([4, 5]);
    for (const by of [ann, bob]) {
      const missing = await room.change(by, { type: "react", seq: 999, emoji: "👍", on: true });
      for (const change of [
        { type: "react", seq: 1, emoji: "👍", on: true },
        { type: "edit", seq: 1, body: "x" },
        { type: "delete", seq: 1 },
        { type: "pin", seq: 1, on: true },
      ] as const) {
        expect(await room.change(by, change)).toEqual(missing);
      }
      expect(await room.versions(by, { seq: 1, after: 0, limit: 9 })).toEqual(missing);
      expect(await room.send(by, { body: "to one", replyTo: 1 })).toEqual(
        await room.send(by, { body: "to none", replyTo: 999 }),
      );
    }
    socket.send(
      { type: "react", id: "r", seq: 1, emoji: "👍", on: true },
      { type: "send", id: "s", body: "x", replyTo: 1 },
    );
    expect(await socket.next("refused")).toMatchObject({ id: "r", failure: "notFound" });
    expect(await socket.next("refused")).toMatchObject({ id: "s", failure: "badRequest" });
    expect(await room.change(ann, { type: "react", seq: 5, emoji: "👍", on: true })).toMatchObject({ ok: true });
    expect(valueIn(await room.history(owner, { after: 0, limit: limits.PAGE_MAX })).head).toBe(6);
  });

  it("[RO13] changes what it wrote itself, from before it came again too", async () => {
    const { room, owner, ann, seqs } = await openClosed();
    const { seq } = valueIn(await room.send(ann, { body: "mine" }));
    valueIn(await room.removeMember(owner, ann.userId));
    expect(await seqs(ann)).toEqual([]);
    expect(await room.change(ann, { type: "edit", seq, body: "still mine" })).toMatchObject({ ok: true });
    expect(await room.versions(ann, { seq, after: 0, limit: 9 })).toMatchObject({ value: { versions: [{}] } });
    expect(await room.change(ann, { type: "edit", seq: 1, body: "yours" })).toMatchObject({ failure: "notFound" });
  });
});

describe("a guest where newcomers do not see what was before", () => {
  it("[RO13] reads nothing over REST, and what comes from its hello on over a socket, also after eviction", async () => {
    const { name, room, owner, eve, seqs } = await openClosed();
    for (const query of [
      { after: 0, limit: 9 },
      { after: 5, limit: 9 },
      { after: 99, limit: 9 },
      { before: 99, limit: 9 },
    ]) {
      expect(valueIn(await room.history(eve, query))).toMatchObject({ events: [], more: false, head: 5 });
    }
    const { epoch } = valueIn(await room.describe(eve));
    const socket = await connect(name, eve);
    socket.send({ type: "hello", resume: { epoch, seq: 2 } });
    expect(await socket.next("truncated")).toEqual({ type: "truncated", from: 3, to: 5 });
    const { seq } = valueIn(await room.send(owner, { body: "for all who are here" }));
    expect(await socket.next("events")).toMatchObject({ after: 5, events: [{ seq }] });
    await evict(name);
    socket.send({ type: "history", req: 1, before: 99, limit: 9 });
    expect((await socket.next("history")).events.map((event) => event.seq)).toEqual([seq]);
    socket.send(
      { type: "react", id: "r", seq, emoji: "👍", on: true },
      { type: "react", id: "q", seq: 1, emoji: "👍", on: true },
    );
    expect(await socket.next("ok")).toMatchObject({ id: "r" });
    expect(await socket.next("refused")).toMatchObject({ id: "q", failure: "notFound" });
    socket.send({ type: "hello", resume: { epoch, seq: 0 } });
    expect(await socket.next("truncated")).toEqual({ type: "truncated", from: 1, to: 5 });
    expect(await socket.next("events")).toMatchObject({ after: 5 });
    expect(await seqs(eve)).toEqual([]);
  });

  it("[RO13] who was there when the setting came reads on from its hello, and no page of what was before", async () => {
    const { name, room, owner, eve } = await openRoom();
    valueIn(await room.send(owner, { body: "old" }));
    const { socket } = await join(name, eve);
    socket.send({ type: "history", req: 1, after: 0, limit: 9 });
    expect((await socket.next("history")).events).toHaveLength(1);
    valueIn(await room.configure(owner, CLOSED));
    socket.send({ type: "history", req: 2, after: 0, limit: 9 });
    expect((await socket.next("history")).events).toMatchObject([{ seq: 2, kind: "room" }]);
  });
});

it("[RO13] who enters over gRPC is a newcomer like any other", async () => {
  const { room, bob, seqs } = await openClosed();
  valueIn(await room.enter(bob, "Bob"));
  expect(await seqs(bob)).toEqual([6]);
  expect(valueIn(await room.history(bob, { after: 0, limit: 1 })).events.map(toMembership)).toEqual([
    ["member", "Bob", "Bob", "joined", "member"],
  ]);
  const cy = await signIn("Cy");
  expect(await seqs(cy)).toEqual([]);
});
