import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Identity } from "../../contracts/identity.ts";
import type { UserStub } from "../../contracts/objects.ts";
import { freshRoom, signIn, valueIn } from "../lib/test-people.ts";
import { FakeCarrier } from "./fake-carrier.ts";
import { Room } from "./room.ts";
import { RoomObject } from "./room-object.ts";
import { ANN, openSeat, withGet } from "./test-bench.ts";
import { createRoom, DELETED, rowsOf } from "./test-deletion.ts";
import { join } from "./test-room.ts";

afterEach(() => void vi.useRealTimers());

describe("what waits for another object while the room is deleted", () => {
  it("[RM7] seats on carriers end, and one that is just being taken is refused", async () => {
    const [owner, ann] = await Promise.all([signIn("Owner"), signIn("Ann")]);
    await runInDurableObject(env.ROOM.getByName(freshRoom()), async (_, ctx) => {
      const carrier = new FakeCarrier();
      const bindings = { ...env, CARRIER: { getByName: () => carrier } };
      const before = new RoomObject(ctx, bindings);
      await before.create(owner, "listed");
      await before.seat(owner, "c", "seat 1");
      // A wake: the carrier is asked for its seats before another is taken on it.
      const room = new RoomObject(ctx, bindings);
      const gate = Promise.withResolvers<void>();
      carrier.gate = gate.promise;
      const seated = room.seat(ann, "c", "seat 2");
      await expect.poll(() => carrier.asked).toBe(1);
      expect(await room.delete(owner)).toEqual(DELETED);
      expect(carrier.dismissed).toEqual([{ failure: "notFound" }]);
      gate.resolve();
      expect(await seated).toMatchObject({ failure: "notFound" });
      expect(ctx.storage.sql.exec("SELECT * FROM carrier").toArray()).toEqual([]);
    });
  });

  it("[RM7] who was let into the old life and is known only now is judged by the new one", async () => {
    const [owner, ann] = await Promise.all([signIn("Owner"), signIn("Ann")]);
    await runInDurableObject(env.ROOM.getByName(freshRoom()), async (_, ctx) => {
      const gate = Promise.withResolvers<void>();
      const users = {
        getByName(name: string) {
          const user: UserStub = env.USER.getByName(name);
          if (name === String(owner.userId)) return user;
          return withGet(user, "attach", async (...which: Parameters<UserStub["attach"]>) => {
            await gate.promise;
            return user.attach(...which);
          });
        },
      };
      const room = new RoomObject(ctx, { ...env, USER: users });
      await room.create(owner, "listed");
      const entered = room.enter(ann, "Ann");
      await room.delete(owner);
      await room.create(owner, "private");
      gate.resolve();
      expect(await entered).toMatchObject({ failure: "forbidden" });
      expect(await room.members(owner)).toMatchObject({ value: [{ userId: owner.userId }] });
    });
  });
});

describe("a deletion under load", () => {
  it("[RM7] every send is answered, and neither a refused nor an old one is on the log of the next life", async () => {
    const { name, room, owner } = await createRoom();
    const ann = await signIn("Ann");
    const { socket } = await join(name, ann);
    const burst = (life: string) =>
      Array.from({ length: 300 }, (_, i) => room.send(i % 2 ? owner : ann, { id: `${life} ${i}`, body: life }));
    const before = burst("before");
    socket.send(...Array.from({ length: 200 }, (_, i) => ({ type: "send", id: `ws ${i}`, body: "before" })));
    await before[0];
    const deleted = room.delete(owner);
    const during = burst("during");
    expect(await deleted).toEqual(DELETED);
    const old = await Promise.all([...before, ...during]);
    expect(new Set(old.map((reply) => reply.ok || reply.failure))).toEqual(new Set([true, "notFound"]));
    expect((await socket.closed).code).toBe(4504);

    const { epoch } = valueIn(await room.create(owner, "listed"));
    const after = await Promise.all(burst("after"));
    const sent = after.map(valueIn);
    expect(sent.every((reply) => reply.epoch === epoch && !reply.duplicate)).toBe(true);
    const bodies: (string | undefined)[] = [];
    for (let more = true; more; ) {
      const page = valueIn(await room.history(owner, { after: bodies.length, limit: 200 }));
      bodies.push(...page.events.map(({ body }) => body));
      more = page.more;
    }
    expect(bodies).toEqual(Array(300).fill("after"));
    await evictDurableObject(env.ROOM.getByName(name));
    expect(await room.describe(owner)).toMatchObject({ value: { epoch, head: 300, messages: 300 } });
  });

  it("[RM7] a batch on its way to disk is answered, those that wait are refused, and no timer is left", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await runInDurableObject(env.ROOM.getByName(freshRoom()), async (_, ctx) => {
      const sync = Promise.withResolvers<void>();
      const slow = withGet(
        ctx,
        "storage",
        withGet(ctx.storage, "sync", () => sync.promise),
      );
      const room = new Room(slow, env, "a room");
      room.create(ANN, "listed", {});
      const { seat, client } = openSeat(ANN);
      room.audience.seats.add(seat);
      const send = (body: string) => room.send(ANN, "s", { body });
      const first = send("on its way");
      await expect.poll(() => room.log.head).toBe(1);
      const waiting = [send("waits"), send("waits too")];
      await room.dialect.receive(seat, JSON.stringify([{ type: "read", seq: 1 }]));
      const deleted = room.delete();
      const next = new Room(slow, env, "a room", room);
      next.create(ANN, "listed", {});
      // One memory of sessions: a question that the old life asked is answered to both.
      expect(next.sessions).toBe(room.sessions);
      sync.resolve();
      expect(await first).toMatchObject({ ok: true, value: { epoch: room.log.epoch, seq: 1 } });
      await vi.advanceTimersByTimeAsync(0);
      expect(await Promise.all(waiting)).toMatchObject([{ failure: "notFound" }, { failure: "notFound" }]);
      // The seat belonged to the old life: what it still says changes nothing.
      await room.dialect.receive(seat, JSON.stringify([{ type: "read", seq: 1 }, { type: "typing" }]));
      await vi.advanceTimersByTimeAsync(60_000);
      await deleted;
      expect(vi.getTimerCount()).toBe(0);
      expect(await next.send(ANN, "s", { body: "new" })).toMatchObject({ value: { epoch: next.log.epoch, seq: 1 } });
      expect(next.log.page({ after: 0, limit: 9 }).events.map(({ body }) => body)).toEqual(["new"]);
      expect([...ctx.storage.sql.exec("SELECT * FROM read_mark")]).toEqual([]);
      expect((await client.closed).code).toBe(4504);
    });
  });
});

describe("other calls that a deletion overtakes", () => {
  it("[RM7] change nothing in the next life, whoever made them", async () => {
    const { name, room, owner } = await createRoom("private");
    const people: Identity[] = await Promise.all(Array.from({ length: 10 }, () => signIn()));
    const names = people.map(({ userId }) => userId);
    const calls = names.map((userId) => room.addMember(owner, userId));
    const deleted = room.delete(owner);
    const late = names.map((userId) => room.addMember(owner, userId));
    expect(await deleted).toEqual(DELETED);
    await Promise.all([...calls, ...late]);
    expect(await rowsOf(name)).not.toHaveProperty("member");
    const [heir] = people;
    if (heir !== undefined) await room.create(heir, "private");
    expect(await room.describe(owner)).toMatchObject({ failure: "forbidden" });
  });
});
