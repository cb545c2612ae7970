import { Buffer } from "node:buffer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeFrames } from "../../contracts/tcp.ts";
import { TestReplica } from "./test-replica.ts";

let replica: TestReplica;
beforeEach(async () => {
  replica = await new TestReplica().start();
});
afterEach(() => replica.stop());

describe("binding a TCP connection", () => {
  it("[TC8] op 6 takes a seat, and the room's messages arrive as op 3, the own ones too", async () => {
    const ann = await replica.join("ann");
    ann.say({ op: 3, roomId: 1, msg: "hi" });
    await expect
      .poll(() => ann.told)
      .toEqual([
        {
          code: 0,
          msg: "hi",
          fromUserId: 3,
          fromUserName: "ann",
          toUserId: 0,
          toUserName: "",
          roomId: 1,
          op: 3,
          createTime: "1970-01-01 00:00:00",
        },
      ]);
  });

  it("[TC8] bind and sends in one write, cut at any byte, arrive in their order", async () => {
    const authToken = replica.edge.signIn(3, "ann");
    const texts = Array.from({ length: 20 }, (_, i) => `m${i}`);
    const bodies = [{ op: 6, authToken, roomId: 1 }, ...texts.map((msg) => ({ op: 3, roomId: 1, msg }))];
    const stream = encodeFrames(bodies.map((body) => JSON.stringify(body)));
    const peer = await replica.connect();
    for (let at = 0; at < stream.length; at += 7) {
      await new Promise((resolve) => peer.socket.write(stream.subarray(at, at + 7), resolve));
    }
    await expect.poll(() => peer.texts).toEqual(texts);
  });

  it("[TC8] a second op 6 moves, the same again changes nothing, and what was sent before stays where it was sent", async () => {
    const ann = await replica.join("ann");
    const authToken = replica.edge.signIn(3, "ann");
    ann.say({ op: 6, authToken, roomId: 1 }, { op: 3, roomId: 1, msg: "one" }, { op: 6, authToken, roomId: 2 });
    ann.say({ op: 3, roomId: 2, msg: "two" });
    await expect.poll(() => ann.texts).toContain("two");
    expect(replica.edge.asked).toEqual(["1", "2"]);
    expect(replica.courier.parcels.map(({ room }) => room)).toEqual(["1", "2"]);
    replica.edge.hand("1", [{ body: "not here" }]);
    replica.edge.hand("2", [{ body: "here" }]);
    await expect.poll(() => ann.texts).toEqual(["one", "two", "here"]);
    expect([...replica.present.values()]).toEqual(["ann in 2"]);
  });

  it("[TC8] a connection bound to another user speaks for that one from then on", async () => {
    const peer = await replica.join("ann");
    peer.say({ op: 3, roomId: 1, msg: "as ann" }, { op: 6, authToken: replica.edge.signIn(9, "bob"), roomId: 1 });
    peer.say({ op: 3, roomId: 1, msg: "as bob" });
    await expect.poll(() => peer.texts).toContain("as bob");
    expect(replica.courier.parcels.map(({ token }) => token)).toEqual(["token-of-ann", "token-of-bob"]);
    expect([...replica.present.values()]).toEqual(["bob in 1"]);
    expect(replica.edge.seats.size).toBe(1);
  });

  it.each([
    ["a dead token", { authToken: "dead", roomId: 1 }, 40_000],
    ["an empty token", { authToken: "", roomId: 1 }, 40_000],
    ["no token", { roomId: 1 }, 40_000],
    ["room 0", { authToken: "token-of-ann", roomId: 0 }, 1],
    ["a room that is no number", { authToken: "token-of-ann", roomId: "1" }, 1],
  ])("[TC12] %s is answered with op 6 and its code, and closed", async (_, join, code) => {
    replica.edge.signIn(3, "ann");
    const peer = await replica.connect();
    peer.say({ op: 6, ...join });
    await expect.poll(() => peer.isClosed).toBe(true);
    expect(peer.told).toEqual([expect.objectContaining({ op: 6, code, msg: expect.stringMatching(/./) })]);
    expect(replica.edge.seats.size).toBe(0);
  });

  it("[TC8] a seat that is granted after its client left is given back", async () => {
    let open = () => {};
    replica.edge.gate = new Promise((resolve) => {
      open = resolve;
    });
    const peer = await replica.connect();
    peer.say({ op: 6, authToken: replica.edge.signIn(3, "ann"), roomId: 1 });
    await expect.poll(() => replica.edge.asked).toHaveLength(1);
    peer.socket.destroy();
    open();
    await expect.poll(() => [replica.edge.seats.size, replica.present.size]).toEqual([0, 0]);
  });

  it("[TC21] presence follows each connection, and ends with it", async () => {
    const first = await replica.join("ann");
    await replica.join("ann");
    expect([...replica.present.values()]).toEqual(["ann in 1", "ann in 1"]);
    first.socket.destroy();
    await expect.poll(() => [...replica.present.values()]).toEqual(["ann in 1"]);
  });

  it("[TC3] garbage closes its own connection alone, after what came before it", async () => {
    const [ann, bob] = [await replica.join("ann"), await replica.join("bobby")];
    const send = encodeFrames([JSON.stringify({ op: 3, roomId: 1, msg: "last" })]);
    ann.socket.write(Buffer.concat([send, Buffer.from([0x76, 0x31, 0xff, 0xff, 0])]));
    await expect.poll(() => ann.isClosed).toBe(true);
    expect(ann.told.at(-1)).toMatchObject({ op: 6, code: 1, msg: expect.stringContaining("length of -1") });
    bob.say({ op: 3, roomId: 1, msg: "still here" });
    await expect.poll(() => bob.texts).toEqual(["last", "still here"]);
  });
});
