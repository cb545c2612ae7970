import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fail, ok } from "../../contracts/reply.ts";
import { TestReplica } from "./test-replica.ts";

let replica: TestReplica;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  vi.spyOn(console, "warn").mockReturnValue();
  replica = await new TestReplica().start({ ports: [0, 0] });
});
afterEach(async () => {
  vi.useRealTimers();
  await replica.stop();
});

describe("the life of a TCP connection", () => {
  it("[TC19] who has not sent op 6 after 10 s is told so and closed; who waits for a seat is not", async () => {
    const ann = await replica.join("ann");
    let open = () => {};
    replica.edge.gate = new Promise((resolve) => {
      open = resolve;
    });
    const [silent, waiting] = [await replica.connect(), await replica.connect()];
    waiting.say({ op: 6, authToken: replica.edge.signIn(5, "bobby"), roomId: 1 });
    await expect.poll(() => replica.edge.asked).toHaveLength(2);
    vi.advanceTimersByTime(9_000);
    expect(silent.told).toEqual([]);
    vi.advanceTimersByTime(2_000);
    await expect.poll(() => silent.isClosed).toBe(true);
    expect(silent.told).toMatchObject([{ op: 6, code: 40_000 }]);
    open();
    await expect.poll(() => replica.edge.seats.size).toBe(2);
    expect([ann.isClosed, waiting.isClosed]).toEqual([false, false]);
  });

  it("[TC6] every 54 s there is a frame whose body is the 8 bytes of gochat's ping", async () => {
    const ann = await replica.join("ann");
    vi.advanceTimersByTime(53_999);
    vi.advanceTimersByTime(1);
    await expect.poll(() => ann.pings).toEqual(["ping msg"]);
    vi.advanceTimersByTime(54_000);
    await expect.poll(() => ann.pings).toEqual(["ping msg", "ping msg"]);
  });

  it("[TC20] a session that ends is told so and closed, and its seat and presence are gone", async () => {
    const [ann, bob] = [await replica.join("ann"), await replica.join("bobby")];
    replica.edge.ridersIn("1")[0]?.ended(fail("session"));
    replica.edge.hand("1", [{ body: "after" }]);
    await expect.poll(() => ann.isClosed).toBe(true);
    expect(ann.told).toMatchObject([{ op: 6, code: 40_000, msg: "Session error" }]);
    await expect.poll(() => bob.texts).toEqual(["after"]);
    expect([...replica.present.values()]).toEqual(["bobby in 1"]);
  });

  it("[TC20] who missed messages is closed visibly, because this dialect cannot ask for them", async () => {
    const ann = await replica.join("ann");
    replica.edge.ridersIn("1")[0]?.reset("other", 7);
    await expect.poll(() => ann.isClosed).toBe(true);
    expect(ann.told).toMatchObject([{ op: 6, code: 1, msg: "messages were missed: connect again" }]);
  });

  it("[TC14] a client gets standing messages as op 3, and op 2, 4 and 5 as they are", async () => {
    const ann = await replica.join("ann");
    replica.edge.hand("1", [{ body: "a" }, { kind: "react" }, { body: "", deleted: true }, { body: "b" }]);
    replica.edge.hand("1", [{ kind: "edit", body: "a2", target: 1 }]);
    const [rider] = replica.edge.ridersIn("1");
    rider?.told({ op: 4, count: 2 });
    rider?.told({ op: 5, roomId: 1, count: 1, roomUserInfo: { 3: "ann" } });
    const event = { seq: 9, kind: "message", from: { id: 9, name: "bob" }, at: 0, messageNo: 9, body: "psst" } as const;
    rider?.direct([{ event, toUserId: 3, toUserName: "ann", roomId: 1 }]);
    await expect.poll(() => ann.told).toHaveLength(5);
    expect(ann.texts).toEqual(["a", "b"]);
    expect(ann.told.slice(2)).toEqual([
      { op: 4, count: 2 },
      { op: 5, roomId: 1, count: 1, roomUserInfo: { 3: "ann" } },
      expect.objectContaining({ op: 2, msg: "psst", fromUserId: 9, toUserId: 3, toUserName: "ann", createTime: "" }),
    ]);
  });

  it("[TC18] a drain tells every client, does what is under way on every port, and takes nothing new", async () => {
    const ann = await replica.join("ann");
    const other = await replica.connect(Object.values(replica.ports)[1]);
    let answer = () => {};
    replica.courier.answer = () =>
      new Promise((resolve) => {
        answer = () => resolve(ok({ type: "kept" }));
      });
    ann.say({ op: 3, roomId: 1, msg: "a", msgId: "under way" });
    await expect.poll(() => replica.courier.parcels).toHaveLength(1);
    const drained = replica.drain();
    await expect.poll(() => other.isClosed).toBe(true);
    expect(other.told).toMatchObject([{ op: 6, code: 1, msg: "the server restarts: connect again" }]);
    expect(ann.isClosed).toBe(false);
    answer();
    await drained;
    await expect.poll(() => ann.isClosed).toBe(true);
    expect(ann.told).toMatchObject([
      { op: 6, code: 1 },
      { op: 7, msgId: "under way" },
    ]);
    expect(replica.edge.seats.size).toBe(0);
    await expect(replica.connect()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
