import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { freshNumber, freshRoom, openSession, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { tokenOf } from "../test-carrier.ts";
import { freshReplica, ORIGIN, TestUplink } from "./test-uplink.ts";

afterEach(() => void vi.useRealTimers());

describe("an uplink", () => {
  it("[UP1] begins with a welcome, and answers a ping", async () => {
    const carrier = freshReplica();
    const uplink = await TestUplink.open(carrier);
    const welcome = { type: "welcome", carrier, window: limits.UPLINK_WINDOW_BYTES, atMs: expect.any(Number) };
    expect(await uplink.next("welcome")).toEqual(welcome);
    uplink.ping();
    await expect.poll(() => uplink.pongs).toBe(1);
  });

  it("[UP1] takes nobody but the origin", async () => {
    await expect(TestUplink.open(freshReplica(), await signIn())).rejects.toThrow("401");
  });

  it("[UP1] a second one of a replica replaces the first, whose seats are gone", async () => {
    const carrier = freshReplica();
    const [ann, bob, room] = [await signIn("Ann"), await signIn("Bob"), freshNumber()];
    const first = await TestUplink.open(carrier);
    await first.seat("c", ann, room);
    const second = await TestUplink.open(carrier);
    expect(await first.closed).toMatchObject({ code: 4506 });
    await second.seat("c", bob, room);
    expect(await env.CARRIER.getByName(carrier).seats(room)).toMatchObject([{ userId: bob.userId }]);
    await expect
      .poll(() => roomOf(room).presence(bob, 0, 10))
      .toMatchObject({ value: { count: 1, users: [{ name: "Bob" }] } });
  });

  it("[UP1] that closes leaves its rooms, and its users' objects", async () => {
    const [ann, bob] = [await signIn("Ann"), await signIn("Bob")];
    const rooms = [freshNumber(), freshNumber()];
    const uplink = await TestUplink.open(freshReplica());
    for (const [i, room] of rooms.entries()) await uplink.seat(`c${i}`, ann, room);
    uplink.close();
    for (const room of rooms) {
      await expect.poll(() => roomOf(room).presence(bob, 0, 10)).toMatchObject({ value: { count: 0 } });
    }
  });

  it("[UP1] ends with its object, and the replica begins anew on the next one", async () => {
    const [carrier, ann, room] = [freshReplica(), await signIn(), freshNumber()];
    const first = await TestUplink.open(carrier);
    await first.seat("c", ann, room);
    await runInDurableObject(env.CARRIER.getByName(carrier), (_, ctx) => ctx.abort("crash")).catch(() => {});
    const second = await TestUplink.open(carrier);
    await second.seat("c", ann, room);
    second.send(ann, room, "hi");
    expect(await second.next("events")).toMatchObject({ room, events: [{ body: "hi" }] });
  });

  it.each([
    ["no JSON", "{"],
    ["no array", "{}"],
    ["an unknown request", '[{"type":"revoke"}]'],
    ["a send without a token", '[{"type":"send","req":1,"room":"1","message":{"body":"x"}}]'],
    ["a body that is no text", '[{"type":"send","req":1,"room":"1","token":"x","message":{"body":1}}]'],
    [
      "a series of what is no message",
      '[{"type":"series","req":1,"room":"1","token":"x","messages":[{"body":"a"},{}]}]',
    ],
    ["null", "[null]"],
    ["bytes", new Uint8Array([91, 93]).buffer],
    ["too many requests", JSON.stringify(Array(limits.UPLINK_REQUESTS_PER_FRAME_MAX + 1).fill({}))],
  ])("[UP2] a frame with %s ends it", async (_, data) => {
    const uplink = await TestUplink.open(freshReplica());
    uplink.raw(data);
    expect([4500, 4507]).toContain((await uplink.closed).code);
  });
});

describe("seats of an uplink", () => {
  it("[UP3] start behind a seq: nothing before it is handed on as new, and nothing after it is missed", async () => {
    const [ann, bob, room] = [await signIn("Ann"), await signIn("Bob"), freshNumber()];
    for (const body of ["1", "2"]) valueIn(await roomOf(room).send(bob, { body }));
    const uplink = await TestUplink.open(freshReplica());
    expect(await uplink.seat("c", ann, room)).toMatchObject({ connection: "c", room, seq: 2, person: { name: "Ann" } });
    for (const body of ["3", "4"]) valueIn(await roomOf(room).send(bob, { body }));
    await expect.poll(() => uplink.seqs(room)).toEqual([3, 4]);
  });

  it("[UP3] count as online like others, and the room's frames of gochat come for them", async () => {
    const [ann, room] = [await signIn("Ann"), freshNumber()];
    const uplink = await TestUplink.open(freshReplica());
    await uplink.seat("c", ann, room);
    expect(await uplink.next("told")).toMatchObject({ room, frame: { op: 5, count: 1 } });
    valueIn(await roomOf(room).count(ann));
    expect(await uplink.next("told")).toMatchObject({ frame: { op: 4, count: 1 }, onlyUserId: ann.userId });
  });

  it("[UP3] [P5] are refused for every token that is no live user's", async () => {
    const ann = await signIn();
    const dead = await openSession(ann.userId);
    await env.USER.getByName(String(ann.userId)).end(ann.sessionId, [dead.sessionId]);
    const uplink = await TestUplink.open(freshReplica());
    const tokens = [
      "garbage",
      `${tokenOf(ann).slice(0, -4)}AAAA`,
      tokenOf({ ...ann, kind: "operator" }),
      tokenOf(ORIGIN),
      tokenOf({ ...ann, expiresAtMs: 1 }),
      tokenOf(dead),
    ];
    for (const [i, token] of tokens.entries()) {
      uplink.ask({ type: "seat", connection: `c${i}`, room: "7", token });
      expect(await uplink.next("unseated")).toMatchObject({ connection: `c${i}`, failure: "session" });
    }
  });

  it("[UP6] end with their session, and nothing of the room reaches them afterwards", async () => {
    const [ann, bob, room] = [await signIn(), await signIn(), freshNumber()];
    const uplink = await TestUplink.open(freshReplica());
    await uplink.seat("c", ann, room);
    await env.USER.getByName(String(ann.userId)).end(ann.sessionId, "all");
    expect(await uplink.next("unseated")).toMatchObject({ connection: "c", failure: "session" });
    valueIn(await roomOf(room).send(bob, { body: "x" }));
    uplink.send(ann, room, "y");
    expect(await uplink.next("answer")).toMatchObject({ reply: { failure: "session" } });
    expect(uplink.seqs(room)).toEqual([]);
  });

  it("[UP6] end when their session expires", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
    const [ann, room, carrier] = [await signIn(), freshNumber(), freshReplica()];
    const uplink = await TestUplink.open(carrier);
    await uplink.seat("c", { ...ann, expiresAtMs: Date.now() + 10_000 }, room);
    await runInDurableObject(env.CARRIER.getByName(carrier), () => void vi.advanceTimersByTime(12_000));
    expect(await uplink.next("unseated")).toMatchObject({ connection: "c", failure: "session" });
  });

  it("[UP6] end with a ban, before anything that comes after; others in the room stay", async () => {
    const [owner, ann, room] = [await signIn("Owner"), await signIn("Ann"), freshRoom()];
    valueIn(await roomOf(room).create(owner, "listed"));
    const uplink = await TestUplink.open(freshReplica());
    await uplink.seat("a", ann, room);
    await uplink.seat("o", owner, room);
    valueIn(await roomOf(room).moderate(owner, { type: "ban", userId: ann.userId, reason: "" }));
    valueIn(await roomOf(room).send(owner, { body: "gone" }));
    await uplink.next("events");
    const types = uplink.frames.map(({ type }) => type).filter((type) => type === "unseated" || type === "events");
    expect(types[0]).toBe("unseated");
    uplink.ask({ type: "seat", connection: "again", room, token: tokenOf(ann) });
    expect(await uplink.next("unseated")).toMatchObject({ connection: "again", failure: "forbidden" });
  });

  it("[UP6] of strangers end when a room becomes private, all of them with a deletion", async () => {
    const [owner, ann, room] = [await signIn("Owner"), await signIn("Ann"), freshRoom()];
    valueIn(await roomOf(room).create(owner, "listed"));
    const uplink = await TestUplink.open(freshReplica());
    await uplink.seat("a", ann, room);
    await uplink.seat("o", owner, room);
    valueIn(await roomOf(room).configure(owner, { visibility: "private" }));
    expect(await uplink.next("unseated")).toMatchObject({ connection: "a", failure: "forbidden" });
    valueIn(await roomOf(room).delete(owner));
    expect(await uplink.next("unseated")).toMatchObject({ connection: "o", failure: "notFound" });
  });

  it("[UP3] one that is given back while the room takes it in is taken by nobody", async () => {
    const [ann, bob, room, carrier] = [await signIn(), await signIn(), freshNumber(), freshReplica()];
    const uplink = await TestUplink.open(carrier);
    uplink.ask({ type: "seat", connection: "c", room, token: tokenOf(ann) }, { type: "unseat", connection: "c" });
    await uplink.seat("d", bob, freshNumber());
    await expect.poll(() => roomOf(room).presence(bob, 0, 10)).toMatchObject({ value: { count: 0 } });
    expect(uplink.frames.some((frame) => frame.type === "seated" && frame.connection === "c")).toBe(false);
  });
});

describe("what an uplink sends", () => {
  it("[UP4] [UP5] a session's sends keep their order, and come behind its seat", async () => {
    const [ann, room] = [await signIn(), freshNumber()];
    const uplink = await TestUplink.open(freshReplica());
    uplink.ask({ type: "seat", connection: "c", room, token: tokenOf(ann) });
    for (let i = 1; i <= 50; i++) uplink.send(ann, room, String(i), `m${i}`);
    expect(await uplink.next("seated")).toMatchObject({ seq: 0 });
    for (let i = 1; i <= 50; i++) {
      expect(await uplink.next("answer")).toMatchObject({ req: i, reply: { ok: true, value: { seq: i } } });
    }
    const again = uplink.send(ann, room, "1", "m1");
    expect(await uplink.next("answer")).toMatchObject({ req: again, reply: { value: { seq: 1, duplicate: true } } });
  });

  it("[UP13] a series comes behind what its session sent before, and what is sent after it comes behind", async () => {
    const [ann, room] = [await signIn(), freshNumber()];
    const uplink = await TestUplink.open(freshReplica());
    await uplink.seat("c", ann, room);
    uplink.send(ann, room, "1");
    const messages = ["2", "", "3"].map((body) => ({ body }));
    uplink.ask({ type: "series", req: 77, token: tokenOf(ann), room, messages });
    uplink.send(ann, room, "4");
    await expect.poll(() => uplink.seqs(room)).toEqual([1, 2, 3, 4]);
    const answer = uplink.frames.find((frame) => frame.type === "answer" && frame.req === 77);
    const refused = { ok: false, failure: "badRequest" };
    expect(answer).toMatchObject({
      reply: { ok: true, value: [{ value: { seq: 2 } }, refused, { value: { seq: 3 } }] },
    });
    uplink.ask({ type: "series", req: 78, token: "garbage", room, messages });
    await expect.poll(() => uplink.frames.at(-1)).toMatchObject({ req: 78, reply: { failure: "session" } });
  });

  it("[UP4] a history behind a send has its message", async () => {
    const [ann, room] = [await signIn(), freshNumber()];
    const uplink = await TestUplink.open(freshReplica());
    uplink.send(ann, room, "hi");
    uplink.ask({ type: "history", req: 2, token: tokenOf(ann), room, query: { after: 0, limit: 10 } });
    await uplink.next("answer");
    expect(await uplink.next("answer")).toMatchObject({ req: 2, reply: { value: { events: [{ body: "hi" }] } } });
  });

  it("[UP5] each send has its own answer: one that is refused spoils no other", async () => {
    const [ann, bob, room] = [await signIn(), await signIn(), freshRoom()];
    valueIn(await roomOf(room).create(ann, "private"));
    const uplink = await TestUplink.open(freshReplica());
    const sends = [uplink.send(ann, room, "in"), uplink.send(bob, room, "out"), uplink.send(ann, "no/room", "x")];
    const answers = new Map<number, unknown>();
    for (const _ of sends) {
      const { req, reply } = await uplink.next("answer");
      answers.set(req, reply.ok ? "ok" : reply.failure);
    }
    expect(sends.map((req) => answers.get(req))).toEqual(["ok", "forbidden", "badRequest"]);
  });

  it("[UP7] the log of a room where nobody sits through it is not read to a replica", async () => {
    const [ann, room] = [await signIn(), freshNumber()];
    const uplink = await TestUplink.open(freshReplica());
    valueIn(await roomOf(room).send(ann, { body: "hi" }));
    uplink.ask({ type: "pull", req: 1, room, after: 0 });
    expect(await uplink.next("answer")).toMatchObject({ req: 1, reply: { failure: "forbidden" } });
    await uplink.seat("c", ann, room);
    uplink.ask({ type: "pull", req: 2, room, after: 0 });
    expect(await uplink.next("answer")).toMatchObject({ req: 2, reply: { value: { events: [{ body: "hi" }] } } });
  });
});
