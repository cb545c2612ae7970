import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { fail, ok } from "../../contracts/reply.ts";
import { TestReplica } from "./test-replica.ts";

let replica: TestReplica;
beforeEach(async () => {
  replica = await new TestReplica().start();
});
afterEach(() => replica.stop());

describe("sending on a TCP connection", () => {
  it("[TC10] the sender is the bound session, whoever the packet names", async () => {
    const ann = await replica.join("ann");
    replica.edge.signIn(9, "bob");
    ann.say({ op: 3, roomId: 1, msg: "hi", fromUserId: 9, fromUserName: "bob", toUserId: 9, userId: 9 });
    await expect.poll(() => ann.told).toEqual([expect.objectContaining({ fromUserId: 3, fromUserName: "ann" })]);
    expect(replica.courier.parcels[0]).toMatchObject({ token: "token-of-ann" });
  });

  it("[TC10] a send with the token of another session is refused, and its own token changes nothing", async () => {
    const ann = await replica.join("ann");
    const stolen = replica.edge.signIn(9, "bob");
    ann.say(
      { op: 3, roomId: 1, msg: "as bob", authToken: stolen },
      { op: 3, roomId: 1, msg: "x", authToken: "no such" },
    );
    ann.say({ op: 3, roomId: 1, msg: "as myself", authToken: "token-of-ann" });
    await expect.poll(() => ann.texts).toEqual(["as myself"]);
    expect(ann.told.filter(({ code }) => code !== 0)).toMatchObject([
      { op: 3, code: 1 },
      { op: 3, code: 1 },
    ]);
    expect(replica.courier.parcels).toHaveLength(1);
  });

  it("[TC10] op 3 before op 6 is a session error and closes, with or without a live token in it", async () => {
    const authToken = replica.edge.signIn(3, "ann");
    const peer = await replica.connect();
    peer.say({ op: 3, roomId: 1, msg: "hi", authToken });
    await expect.poll(() => peer.isClosed).toBe(true);
    expect(peer.told).toMatchObject([{ op: 3, code: 40_000 }]);
    expect(replica.courier.parcels).toEqual([]);
  });

  it("[TC10] a send to another room than the bound one is refused, and the connection goes on", async () => {
    const ann = await replica.join("ann");
    ann.say({ op: 3, roomId: 2, msg: "elsewhere", msgId: "a" }, { op: 3, roomId: 1, msg: "here" });
    await expect.poll(() => ann.texts).toEqual(["here"]);
    expect(ann.told[0]).toMatchObject({
      op: 3,
      code: 1,
      roomId: 2,
      msgId: "a",
      msg: expect.stringContaining("room 1"),
    });
  });

  it("[TC11] a send with a msgId is answered by op 7 when it is sent or kept, one without is not", async () => {
    const ann = await replica.join("ann");
    ann.say({ op: 3, roomId: 1, msg: "a", msgId: "id-1" }, { op: 3, roomId: 1, msg: "b" });
    await expect.poll(() => ann.texts).toEqual(["a", "b"]);
    replica.courier.answer = async () => ok({ type: "kept" });
    ann.say({ op: 3, roomId: 1, msg: "c", msgId: "id-2" });
    await expect
      .poll(() => ann.told.filter(({ op }) => op === 7))
      .toMatchObject([
        { code: 0, msgId: "id-1", msg: "", roomId: 1 },
        { code: 0, msgId: "id-2", msg: "", roomId: 1 },
      ]);
  });

  it("[TC11] the same msgId again is the same message; without one each message has an id of its own", async () => {
    const ann = await replica.join("ann");
    ann.say(...["x", "x"].map((msgId) => ({ op: 3, roomId: 1, msg: "once", msgId })));
    ann.say({ op: 3, roomId: 1, msg: "twice" }, { op: 3, roomId: 1, msg: "twice" });
    await expect.poll(() => ann.texts).toEqual(["once", "twice", "twice"]);
    expect(ann.told.filter(({ op }) => op === 7)).toHaveLength(2);
    expect(new Set(replica.courier.parcels.map(({ message }) => message.id)).size).toBe(3);
  });

  it("[TC12] a refused send is answered with its code, its retry time and its msgId, and the connection goes on", async () => {
    const ann = await replica.join("ann");
    replica.courier.answer = async () => fail("busy", "the outbox is full", 1_500);
    ann.say({ op: 3, roomId: 1, msg: "a", msgId: "id" }, { op: 3, roomId: 1, msg: "" }, { op: 9 });
    await expect.poll(() => ann.told).toHaveLength(3);
    expect(ann.told).toContainEqual(
      expect.objectContaining({ op: 3, code: 1, msgId: "id", msg: "the outbox is full", retryAfterMs: 1_500 }),
    );
    expect(ann.told).toContainEqual(expect.objectContaining({ op: 3, code: 1, msg: "the message is empty" }));
    expect(ann.told).toContainEqual(expect.objectContaining({ op: 9, code: 1 }));
    expect(ann.isClosed).toBe(false);
  });

  it("[TC12] a kept message that is refused in the end is told later, and a dead session closes", async () => {
    const ann = await replica.join("ann");
    replica.courier.answer = async () => ok({ type: "kept" });
    ann.say({ op: 3, roomId: 1, msg: "a", msgId: "id" });
    await expect.poll(() => ann.told).toMatchObject([{ op: 7 }]);
    replica.courier.laters[0]?.(fail("forbidden"));
    await expect.poll(() => ann.told).toMatchObject([{ op: 7 }, { op: 3, code: 1, msgId: "id" }]);
    replica.courier.laters[0]?.(fail("session"));
    await expect.poll(() => ann.isClosed).toBe(true);
    expect(ann.told.at(-1)).toMatchObject({ op: 3, code: 40_000, msgId: "id" });
  });

  /** Answers what waits and what comes from now on, until so many sends were taken. */
  async function takeAll(answers: readonly (() => void)[], sends: number): Promise<void> {
    replica.courier.answer = async () => ok({ type: "kept" });
    for (const answer of answers) answer();
    await expect.poll(() => replica.courier.parcels.length).toBe(sends);
    const numbers = replica.courier.parcels.map(({ message }) => Number.parseInt(message.body, 10));
    expect(numbers).toEqual([...numbers.keys()]);
  }

  function holdAnswers(): (() => void)[] {
    const answers: (() => void)[] = [];
    replica.courier.answer = () => new Promise((resolve) => answers.push(() => resolve(ok({ type: "kept" }))));
    return answers;
  }

  it("[TC9] sends are handed on in order without waiting, as far as the number of those under way", async () => {
    const ann = await replica.join("ann");
    const answers = holdAnswers();
    const sends = 10 * limits.TCP_FRAMES_WAITING_MAX;
    for (let i = 0; i < sends; i += 1) ann.say({ op: 3, roomId: 1, msg: `${i}` });
    await expect.poll(() => answers.length).toBe(limits.TCP_FRAMES_WAITING_MAX);
    await takeAll(answers, sends);
  });

  it("[TC9] a client whose long messages wait is not read, and goes on when they are through", async () => {
    const ann = await replica.join("ann");
    const answers = holdAnswers();
    const [sends, bytes] = [700, 30_000];
    for (let i = 0; i < sends; i += 1) ann.say({ op: 3, roomId: 1, msg: `${i} ${"x".repeat(bytes)}` });
    // What one read of the socket brings is taken too.
    const most = (limits.TCP_WAITING_BYTES_MAX + 65_536) / bytes + 1;
    await expect.poll(() => answers.length * bytes).toBeGreaterThan(limits.TCP_WAITING_BYTES_MAX - bytes);
    await expect.poll(() => ann.socket.writableLength).toBeGreaterThan(0);
    expect(answers.length).toBeLessThanOrEqual(most);
    await takeAll(answers, sends);
  });

  it("[TC9] what a client sent before it closed its side is done and answered", async () => {
    const peer = await replica.connect();
    peer.say(
      { op: 6, authToken: replica.edge.signIn(3, "ann"), roomId: 1 },
      { op: 3, roomId: 1, msg: "bye", msgId: "1" },
    );
    peer.socket.end();
    await expect.poll(() => peer.isClosed).toBe(true);
    expect(peer.texts).toEqual(["bye"]);
    expect(peer.told).toContainEqual(expect.objectContaining({ op: 7, msgId: "1" }));
    expect(replica.edge.seats.size).toBe(0);
  });
});
