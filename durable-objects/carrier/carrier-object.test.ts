import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { freshNumber, openSession, roomOf, signIn } from "../lib/test-people.ts";
import { freshCarrier, joined, openGochat, tokenOf } from "./test-carrier.ts";

describe("gochat sockets", () => {
  it("[GS1] a join frame names the room, and the room's messages arrive as op 3", async () => {
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const room = freshNumber();
    const socket = await joined(freshCarrier(), ann, room);
    await roomOf(room).send(bob, { body: "hi" });
    expect(await socket.nextOp(3)).toMatchObject({
      code: 0,
      msg: "hi",
      fromUserId: bob.userId,
      fromUserName: "Bob",
      roomId: Number(room),
    });
    expect(await roomOf(room).presence(bob, 0, 10)).toMatchObject({ value: { count: 1, users: [{ name: "Ann" }] } });
  });

  it("[GS2] a dead token, bad JSON, no token and a bad room close the socket with 1008", async () => {
    const ann = await signIn();
    const cases = [
      [{ authToken: "garbage", roomId: 1 }, "invalid token"],
      [{ authToken: "", roomId: 1 }, "invalid token"],
      [{ authToken: tokenOf({ ...ann, sessionId: "0".repeat(32) }), roomId: 1 }, "invalid token"],
      [{ authToken: tokenOf(ann), roomId: 0 }, "roomId"],
      [{ authToken: tokenOf(ann), roomId: "1" }, "roomId"],
      [{ authToken: tokenOf(ann) }, "roomId"],
    ] as const;
    for (const [frame, reason] of cases) {
      const socket = await openGochat(freshCarrier());
      socket.send(frame);
      const closed = await socket.closed;
      expect(closed.code).toBe(1008);
      expect(closed.reason).toContain(reason);
    }
    const socket = await openGochat(freshCarrier());
    socket.raw("{");
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });

  it("[GS3] a first frame that is too big is 1009", async () => {
    const socket = await openGochat(freshCarrier());
    socket.raw("x".repeat(limits.JOIN_FRAME_BYTES_MAX + 1));
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  it("[GS4] a second join moves the socket, the same join again changes nothing", async () => {
    const [ann, bob] = await Promise.all([signIn(), signIn()]);
    const [first, second] = [freshNumber(), freshNumber()];
    const socket = await joined(freshCarrier(), ann, first);
    socket.join(ann, first);
    socket.join(ann, second);
    await socket.nextOp(5);
    expect(await roomOf(first).presence(bob, 0, 10)).toMatchObject({ value: { count: 0 } });
    await roomOf(first).send(bob, { body: "not for you" });
    await roomOf(second).send(bob, { body: "for you" });
    expect(await socket.nextOp(3)).toMatchObject({ msg: "for you" });
  });

  it("[CA1] after hibernation the seats are the same and every message still arrives once", async () => {
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const room = freshNumber();
    const carrier = freshCarrier();
    const socket = await joined(carrier, ann, room);
    await roomOf(room).send(bob, { body: "one" });
    await socket.nextOp(3);
    await evictDurableObject(env.CARRIER.getByName(carrier));
    await evictDurableObject(env.ROOM.getByName(room));
    expect(await roomOf(room).presence(bob, 0, 10)).toMatchObject({ value: { count: 1, users: [{ name: "Ann" }] } });
    await roomOf(room).send(bob, { body: "two" });
    await roomOf(room).send(bob, { body: "three" });
    expect(await socket.nextOp(3)).toMatchObject({ msg: "two" });
    expect(await socket.nextOp(3)).toMatchObject({ msg: "three" });
  });

  it("[ED10] changes and deleted messages are no frames, and what follows them arrives", async () => {
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const room = freshNumber();
    const carrier = freshCarrier();
    const socket = await joined(carrier, ann, room);
    await roomOf(room).send(bob, { body: "one" });
    await socket.nextOp(3);
    await roomOf(room).change(bob, { type: "edit", seq: 1, body: "won" });
    await roomOf(room).change(ann, { type: "react", seq: 1, emoji: "👍", on: true });
    await roomOf(room).change(bob, { type: "delete", seq: 1 });
    await roomOf(room).send(bob, { body: "two" });
    expect(await socket.nextOp(3)).toMatchObject({ msg: "two" });
    await evictDurableObject(env.CARRIER.getByName(carrier));
    const late = await joined(carrier, ann, room);
    const events = (await roomOf(room).pull(carrier, 0)).events;
    await env.CARRIER.getByName(carrier).deliver({ room, after: 0, events });
    expect(await late.nextOp(3)).toMatchObject({ msg: "two" });
  });

  it("[CA2] a carrier with a gap pulls it from the log, and drops what it had", async () => {
    const [ann, bob] = await Promise.all([signIn(), signIn("Bob")]);
    const room = freshNumber();
    const carrier = freshCarrier();
    const socket = await joined(carrier, ann, room);
    await roomOf(room).send(bob, { body: "1" });
    await socket.nextOp(3);
    const from = { id: bob.userId, name: "Bob" };
    const event = (seq: number) => ({ seq, kind: "message", from, at: 0, messageNo: seq, body: String(seq) }) as const;
    const stub = env.CARRIER.getByName(carrier);
    await stub.deliver({ room, after: 0, events: [event(1)] });
    await evictDurableObject(env.ROOM.getByName(room), { webSockets: "close" });
    for (const body of ["2", "3", "4"]) await roomOf(room).send(bob, { body });
    const got = [];
    for (let i = 0; i < 3; i++) got.push((await socket.nextOp(3)).msg);
    expect(got).toEqual(["2", "3", "4"]);
    await stub.deliver({ room, after: 3, events: [event(4)] });
    await roomOf(room).send(bob, { body: "5" });
    expect(await socket.nextOp(3)).toMatchObject({ msg: "5" });
  });

  it("[CA3] a seat that the room forgot comes back by the digest", async () => {
    const [ann, bob, eve] = await Promise.all([signIn("Ann"), signIn("Bob"), signIn()]);
    const room = freshNumber();
    const carrier = freshCarrier();
    await joined(carrier, ann, room);
    await joined(carrier, bob, room);
    const [seat] = await env.CARRIER.getByName(carrier).seats(room);
    if (seat === undefined) throw new Error("no seat");
    await roomOf(room).unseat(carrier, seat);
    expect(await roomOf(room).presence(eve, 0, 10)).toMatchObject({ value: { count: 1 } });
    const countAfterSend = async () => {
      await roomOf(room).send(eve, { body: "x" });
      return roomOf(room).presence(eve, 0, 10);
    };
    await expect.poll(countAfterSend).toMatchObject({ value: { count: 2 } });
  });

  it("[CA4] a carrier that overflows loses its sockets in that room only, with 1013", async () => {
    const ann = await signIn();
    const carrier = freshCarrier();
    const [one, two] = [freshNumber(), freshNumber()];
    const slow = await joined(carrier, ann, one);
    const other = await joined(carrier, ann, two);
    await env.CARRIER.getByName(carrier).dismiss(one, "busy");
    expect(await slow.closed).toMatchObject({ code: 1013 });
    await roomOf(two).send(ann, { body: "still here" });
    expect(await other.nextOp(3)).toMatchObject({ msg: "still here" });
  });

  it("[RR5] a logout closes the session's gochat sockets with 1008 and leaves the user's others", async () => {
    const ann = await signIn();
    const tablet = await openSession(ann.userId);
    const room = freshNumber();
    const carrier = freshCarrier();
    const phone = await joined(carrier, ann, room);
    const other = await joined(carrier, tablet, room);
    const ended = await env.USER.getByName(String(ann.userId)).end(ann.sessionId, [ann.sessionId]);
    expect(ended).toMatchObject({ ok: true, value: { sessions: 1, closed: 1, pending: 0 } });
    expect(await phone.closed).toMatchObject({ code: 1008, reason: "invalid token" });
    await roomOf(room).send(tablet, { body: "here" });
    expect(await other.nextOp(3)).toMatchObject({ msg: "here" });
  });

  it("[GS5] a message to a user reaches every gochat socket of the recipient as op 2, pushed or sent natively", async () => {
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const sockets = [
      await joined(freshCarrier(), bob, freshNumber()),
      await joined(freshCarrier(), bob, freshNumber()),
    ];
    const pair = `direct:${Math.min(ann.userId, bob.userId)}:${Math.max(ann.userId, bob.userId)}`;
    await roomOf(pair).push(ann, { body: "psst" }, bob.userId, 7);
    for (const socket of sockets) {
      expect(await socket.nextOp(2)).toEqual({
        code: 0,
        msg: "psst",
        fromUserId: ann.userId,
        fromUserName: "Ann",
        toUserId: bob.userId,
        toUserName: "Bob",
        roomId: 7,
        op: 2,
        createTime: "",
      });
    }
    await roomOf(pair).send(ann, { body: "natively" });
    for (const socket of sockets) {
      expect(await socket.nextOp(2)).toMatchObject({ msg: "natively", toUserName: "Bob", roomId: 0 });
    }
    expect(await roomOf(pair).push(ann, { body: "x" }, ann.userId, 7)).toMatchObject({ failure: "badRequest" });
  });

  it("[GS8] a further socket of somebody who is here is told who is, and the others hear nothing", async () => {
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const room = freshNumber();
    const carrier = freshCarrier();
    const other = await joined(carrier, bob, room);
    await joined(carrier, ann, room);
    await roomOf(room).send(ann, { body: "before" });
    await other.nextOp(3);
    const before = other.ops.length;
    const second = await openGochat(carrier);
    second.join(ann, room);
    expect(await second.nextOp(5)).toMatchObject({ count: 2 });
    await roomOf(room).send(ann, { body: "after" });
    await other.nextOp(3);
    expect(other.ops.slice(before)).toEqual([3]);
  });

  it("[GS6] count and room info go to the asking user's own sockets only", async () => {
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const room = freshNumber();
    const carrier = freshCarrier();
    const one = await joined(carrier, ann, room);
    const two = await joined(carrier, bob, room);
    expect(await roomOf(room).count(ann)).toMatchObject({ ok: true, value: { roomId: Number(room), count: 2 } });
    expect(await one.nextOp(4)).toEqual({ op: 4, count: 2 });
    await roomOf(room).send(ann, { body: "end" });
    expect(await two.nextOp(3)).toMatchObject({ msg: "end" });
    expect(two.ops.filter((op) => op === 4)).toHaveLength(1);
  });
});
