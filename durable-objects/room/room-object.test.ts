import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { freshNumber, freshRoom, openSession, roomOf, signIn, valueIn } from "../lib/test-people.ts";
import { connect, join } from "./test-room.ts";

describe("the log", () => {
  it("[LG1] the first message of a fresh room has seq 1 and every next one the next", async () => {
    const room = freshNumber();
    const ann = await signIn("Ann");
    const sent = await Promise.all(["a", "b", "c"].map((body) => roomOf(room).send(ann, { body })));
    expect(sent).toMatchObject([1, 2, 3].map((seq) => ({ ok: true, value: { seq, duplicate: false } })));
    const page = valueIn(await roomOf(room).history(ann, { after: 0, limit: 10 }));
    expect(page).toMatchObject({ after: 0, head: 3, more: false });
    expect(page.events.map(({ body, from }) => [body, from.name])).toEqual([
      ["a", "Ann"],
      ["b", "Ann"],
      ["c", "Ann"],
    ]);
  });

  it("[LG3] the same id and content is the same event, other content is refused, also after eviction", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const first = await roomOf(room).send(ann, { id: "x", body: "a" });
    const again = await roomOf(room).send(ann, { id: "x", body: "a" });
    expect(again).toEqual({ ok: true, value: { ...(first.ok && first.value), duplicate: true } });
    await evictDurableObject(env.ROOM.getByName(room));
    expect(await roomOf(room).send(ann, { id: "x", body: "a" })).toEqual(again);
    expect(await roomOf(room).send(ann, { id: "x", body: "b" })).toMatchObject({ ok: false, failure: "conflict" });
    expect(await roomOf(room).send(ann, { id: "x", body: "a", replyTo: 1 })).toMatchObject({ failure: "conflict" });
  });

  it("[LG3] an id belongs to its sender: another user may use the same", async () => {
    const room = freshNumber();
    const [ann, bob] = await Promise.all([signIn(), signIn()]);
    await roomOf(room).send(ann, { id: "x", body: "a" });
    expect(await roomOf(room).send(bob, { id: "x", body: "b" })).toMatchObject({ ok: true, value: { seq: 2 } });
  });

  it("[LG2] a row that fails costs only itself", async () => {
    const room = freshNumber();
    const ann = await signIn();
    await roomOf(room).send(ann, { body: "first" });
    await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
      storage.sql.exec(
        "CREATE TRIGGER poison BEFORE INSERT ON event WHEN NEW.body = 'poison' BEGIN SELECT RAISE(ABORT, 'no'); END",
      );
    });
    const bodies = ["a", "poison", "b"];
    const sent = await Promise.all(bodies.map((body) => roomOf(room).send(ann, { id: body, body })));
    expect(sent.map((reply) => reply.ok)).toEqual([true, false, true]);
    const { events } = valueIn(await roomOf(room).history(ann, { after: 0, limit: 10 }));
    expect(events.map(({ seq, body }) => [seq, body])).toEqual([
      [1, "first"],
      [2, "a"],
      [3, "b"],
    ]);
  });

  it("[LG5] a page goes in both directions and says whether there is more", async () => {
    const room = freshNumber();
    const ann = await signIn();
    await Promise.all(Array.from({ length: 10 }, (_, i) => roomOf(room).send(ann, { body: `m${i + 1}` })));
    const seqs = async (query: { after: number; limit: number } | { before: number; limit: number }) => {
      const page = await roomOf(room).history(ann, query);
      return page.ok ? [page.value.after, page.value.events.map(({ seq }) => seq), page.value.more] : page;
    };
    expect(await seqs({ after: 0, limit: 3 })).toEqual([0, [1, 2, 3], true]);
    expect(await seqs({ after: 7, limit: 3 })).toEqual([7, [8, 9, 10], false]);
    expect(await seqs({ after: 10, limit: 3 })).toEqual([10, [], false]);
    expect(await seqs({ before: 4, limit: 2 })).toEqual([1, [2, 3], true]);
    expect(await seqs({ before: 3, limit: 5 })).toEqual([0, [1, 2], false]);
    expect(await seqs({ before: Number.MAX_SAFE_INTEGER, limit: 2 })).toEqual([8, [9, 10], true]);
    await evictDurableObject(env.ROOM.getByName(room));
    expect(await seqs({ after: 7, limit: 3 })).toEqual([7, [8, 9, 10], false]);
    expect(await seqs({ after: 0, limit: 3 })).toEqual([0, [1, 2, 3], true]);
  });

  it("[LM1] an empty, oversized or malformed body is refused and takes no seq", async () => {
    const room = freshNumber();
    const ann = await signIn();
    expect(await roomOf(room).send(ann, { body: "" })).toMatchObject({ failure: "badRequest" });
    const tooLong = "é".repeat(limits.BODY_BYTES_MAX / 2 + 1);
    expect(await roomOf(room).send(ann, { body: tooLong })).toMatchObject({ failure: "tooLarge" });
    expect(await roomOf(room).send(ann, { body: tooLong.slice(1) })).toMatchObject({ ok: true, value: { seq: 1 } });
    expect(await roomOf(room).send(ann, { body: "a", replyTo: 9 })).toMatchObject({ failure: "badRequest" });
    expect(await roomOf(room).send(ann, { body: "a", replyTo: 1 })).toMatchObject({ ok: true, value: { seq: 2 } });
  });
});

describe("native sockets", () => {
  it("[NW1] hello is answered with a welcome, a send with ok and with the event for everybody", async () => {
    const room = freshNumber();
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const one = await join(room, ann);
    const two = await join(room, bob);
    expect(two.welcome).toMatchObject({ room, seq: 0, you: { name: "Bob" }, presence: { count: 2 } });
    one.socket.send({ type: "send", id: "1", body: "hi" });
    expect(await one.socket.next("ok")).toMatchObject({ id: "1", seq: 1 });
    for (const { socket } of [one, two]) {
      expect(await socket.next("events")).toMatchObject({
        after: 0,
        events: [{ seq: 1, body: "hi", from: { name: "Ann" } }],
      });
    }
  });

  it("[NW2] frames before hello are refused, and frames behind a hello wait for it", async () => {
    const room = freshNumber();
    const socket = await connect(room, await signIn());
    socket.send({ type: "send", id: "1", body: "early" });
    expect(await socket.next("refused")).toMatchObject({ failure: "badRequest" });
    socket.send({ type: "hello" });
    socket.send({ type: "send", id: "2", body: "behind" });
    expect(await socket.next("ok")).toMatchObject({ id: "2", seq: 1 });
  });

  it("[NW3] a resume gives every event after it, once, in order", async () => {
    const room = freshNumber();
    const ann = await signIn();
    await Promise.all(Array.from({ length: 20 }, (_, i) => roomOf(room).send(ann, { body: `m${i + 1}` })));
    const { epoch } = (await join(room, ann)).welcome;
    const { socket } = await join(room, ann, { epoch, seq: 5 });
    expect(await socket.next("resumed")).toEqual({ type: "resumed", from: 6, to: 20 });
    const page = await socket.next("events");
    expect([page.after, page.events.map(({ seq }) => seq)]).toEqual([5, Array.from({ length: 15 }, (_, i) => i + 6)]);
  });

  it("[NW3] another epoch or a seq past the head is a reset", async () => {
    const room = freshNumber();
    const ann = await signIn();
    await roomOf(room).send(ann, { body: "a" });
    const { welcome } = await join(room, ann);
    const other = await join(room, ann, { epoch: "0", seq: 0 });
    expect(await other.socket.next("reset")).toEqual({ type: "reset", epoch: welcome.epoch, seq: 1 });
    const ahead = await join(room, ann, { epoch: welcome.epoch, seq: 2 });
    expect(await ahead.socket.next("reset")).toMatchObject({ seq: 1 });
  });

  it("[NW4] bad frames are refused one by one and their neighbours count", async () => {
    const room = freshNumber();
    const { socket } = await join(room, await signIn());
    socket.raw("{not json");
    expect(await socket.next("refused")).toMatchObject({ failure: "badRequest", message: "the frame is not JSON" });
    socket.send({ type: "nonsense" }, { type: "send", id: "", body: "x" }, { type: "send", id: "good", body: "x" });
    expect((await socket.next("refused")).message).toContain("unknown frame type");
    expect((await socket.next("refused")).message).toContain("send.id");
    expect(await socket.next("ok")).toMatchObject({ id: "good", seq: 1 });
    socket.raw(JSON.stringify([{ type: "send", id: "big", body: "x".repeat(limits.FRAME_BYTES_MAX) }]));
    expect(await socket.next("refused")).toMatchObject({ failure: "tooLarge" });
    socket.raw(new Uint8Array([1, 2, 3]).buffer);
    expect(await socket.next("refused")).toMatchObject({ failure: "badRequest" });
  });

  it("[NW5] history over the socket has the pages of REST", async () => {
    const room = freshNumber();
    const ann = await signIn();
    await Promise.all(Array.from({ length: 5 }, (_, i) => roomOf(room).send(ann, { body: `m${i}` })));
    const { socket } = await join(room, ann);
    socket.send({ type: "history", req: 7, before: 4, limit: 2 });
    expect(await socket.next("history")).toMatchObject({
      req: 7,
      after: 1,
      more: true,
      events: [{ seq: 2 }, { seq: 3 }],
    });
  });

  it("[RD1] a read mark moves forward only and unread counts messages after it", async () => {
    const room = freshNumber();
    const ann = await signIn();
    await Promise.all(Array.from({ length: 5 }, () => roomOf(room).send(ann, { body: "m" })));
    const { socket, welcome } = await join(room, ann);
    expect(welcome.you).toMatchObject({ read: 0, unread: 5 });
    socket.send({ type: "read", seq: 3 }, { type: "read", seq: 2 }, { type: "history", req: 1, after: 0, limit: 1 });
    await socket.next("history");
    expect((await join(room, ann)).welcome.you).toMatchObject({ read: 3, unread: 2 });
  });
});

describe("revocation", () => {
  it("[RR2] an ended session loses its sockets and may not send, other sessions of the user stay", async () => {
    const room = freshNumber();
    const ann = await signIn();
    const tablet = await openSession(ann.userId);
    const phone = await join(room, ann);
    const other = await join(room, tablet);
    expect(await env.USER.getByName(String(ann.userId)).end(ann.sessionId, [ann.sessionId])).toMatchObject({
      ok: true,
      value: { sessions: 1, closed: 1, pending: 0 },
    });
    expect(await phone.socket.closed).toMatchObject({ code: 4501 });
    expect(await roomOf(room).send(ann, { body: "late" })).toMatchObject({ failure: "session" });
    expect(await roomOf(room).send(tablet, { body: "still here" })).toMatchObject({ ok: true });
    await other.socket.next("events");
    await expect(connect(room, ann)).rejects.toThrow("401");
  });

  it("[RR3] a session that ended before it ever came is refused, also after eviction", async () => {
    const room = freshNumber();
    const ann = await signIn();
    await roomOf(room).revoke([{ id: ann.sessionId, expiresAtMs: ann.expiresAtMs }]);
    await evictDurableObject(env.ROOM.getByName(room));
    expect(await roomOf(room).send(ann, { body: "late" })).toMatchObject({ failure: "session" });
  });

  it("[RR4] a logout that falls between the attach and its answer leaves no seat", async () => {
    const ann = await signIn();
    const room = freshNumber();
    const opened = connect(room, ann).then(
      async (socket) => (await socket.closed).code,
      () => 4501,
    );
    await env.USER.getByName(String(ann.userId)).end(ann.sessionId, "all");
    expect(await opened).toBe(4501);
    expect(await roomOf(room).send(ann, { body: "late" })).toMatchObject({ failure: "session" });
  });
});

describe("presence and access", () => {
  it("[PR1] a user is here while any connection is", async () => {
    const room = freshNumber();
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const watcher = await join(room, bob);
    await watcher.socket.next("presence");
    const one = await join(room, ann);
    expect(await watcher.socket.next("presence")).toMatchObject({ joined: [{ name: "Ann" }], count: 2 });
    const two = await join(room, ann);
    one.socket.close();
    await one.socket.closed;
    expect(await roomOf(room).presence(bob, 0, 10)).toMatchObject({ value: { count: 2 } });
    two.socket.close();
    expect(await watcher.socket.next("presence")).toMatchObject({ left: [{ name: "Ann" }], count: 1 });
  });

  it("[RM2] a named room exists once created, a private one is its members'", async () => {
    const room = freshRoom();
    const [ann, bob] = await Promise.all([signIn(), signIn()]);
    expect(await roomOf(room).send(ann, { body: "x" })).toMatchObject({ failure: "notFound" });
    expect(await roomOf(room).create(ann, "private")).toMatchObject({ ok: true, value: { role: "owner" } });
    expect(await roomOf(room).create(bob, "listed")).toMatchObject({ failure: "nameTaken" });
    expect(await roomOf(room).send(bob, { body: "x" })).toMatchObject({ failure: "forbidden" });
    await expect(connect(room, bob)).rejects.toThrow("403");
    expect(await roomOf(room).addMember(bob, bob.userId)).toMatchObject({ failure: "forbidden" });
    expect(await roomOf(room).addMember(ann, 999_999_999)).toMatchObject({ failure: "notFound" });
    expect(await roomOf(room).addMember(ann, bob.userId)).toMatchObject({ ok: true, value: { role: "member" } });
    const { socket } = await join(room, bob);
    expect(await roomOf(room).removeMember(ann, bob.userId)).toMatchObject({ ok: true });
    expect(await socket.closed).toMatchObject({ code: 4503 });
    expect(await roomOf(room).removeMember(ann, ann.userId)).toMatchObject({ failure: "conflict" });
  });

  it("[RM2] a direct conversation belongs to its two", async () => {
    const [ann, bob, eve] = await Promise.all([signIn(), signIn(), signIn()]);
    const room = `direct:${Math.min(ann.userId, bob.userId)}:${Math.max(ann.userId, bob.userId)}`;
    expect(await roomOf(room).send(ann, { body: "x" })).toMatchObject({ ok: true });
    expect(await roomOf(room).history(bob, { after: 0, limit: 1 })).toMatchObject({ ok: true });
    expect(await roomOf(room).history(eve, { after: 0, limit: 1 })).toMatchObject({ failure: "forbidden" });
  });

  it("[PR4] typing is told to the others, at most once a second for each", async () => {
    const room = freshNumber();
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn()]);
    const one = await join(room, ann);
    const two = await join(room, bob);
    one.socket.send({ type: "typing" }, { type: "typing" });
    expect(await two.socket.next("typing")).toEqual({ type: "typing", users: [{ id: ann.userId, name: "Ann" }] });
  });
});
