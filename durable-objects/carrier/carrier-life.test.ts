import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { freshNumber, roomOf, signIn } from "../lib/test-people.ts";
import { CarrierObject } from "./carrier-object.ts";
import { Passenger } from "./passenger.ts";
import { freshCarrier, joined, openGochat } from "./test-carrier.ts";

const HOUR_MS = 3_600_000;

afterEach(() => void vi.useRealTimers());

describe("what a carrier hands on", () => {
  it("[CA1] who comes after everybody left gets nothing older than the own seat", async () => {
    const [ann, bob] = await Promise.all([signIn(), signIn()]);
    const room = freshNumber();
    const carrier = freshCarrier();
    const first = await joined(carrier, ann, room);
    await roomOf(room).send(bob, { body: "1" });
    await first.nextOp(3);
    first.close();
    await expect.poll(() => roomOf(room).presence(bob, 0, 1)).toMatchObject({ value: { count: 0 } });
    for (const body of ["2", "3"]) await roomOf(room).send(bob, { body });
    const second = await joined(carrier, ann, room);
    await roomOf(room).send(bob, { body: "4" });
    expect(await second.nextOp(3)).toMatchObject({ msg: "4" });
  });

  it("[CA2] a carrier that missed a delivery pulls what it missed before it hands on the next", async () => {
    const [ann, bob] = await Promise.all([signIn(), signIn("Bob")]);
    const room = freshNumber();
    const carrier = freshCarrier();
    const stub = env.CARRIER.getByName(carrier);
    const socket = await joined(carrier, ann, room);
    await roomOf(room).send(bob, { body: "1" });
    await socket.nextOp(3);
    // The room forgets the carrier, as if its deliveries had been lost.
    for (const seat of await stub.seats(room)) await roomOf(room).unseat(carrier, seat);
    for (const body of ["2", "3", "4"]) await roomOf(room).send(bob, { body });
    const page = await roomOf(room).history(bob, { after: 3, limit: 1 });
    if (!page.ok) throw new Error(page.message);
    await stub.deliver({ room, after: 3, events: page.value.events });
    for (const msg of ["2", "3", "4"]) expect(await socket.nextOp(3)).toMatchObject({ msg });
  });

  it("[CA2] a room reaches a carrier that crashed and came back", async () => {
    const [ann, bob] = await Promise.all([signIn(), signIn()]);
    const room = freshNumber();
    const carrier = freshCarrier();
    await joined(carrier, ann, room);
    const crashed = runInDurableObject(env.CARRIER.getByName(carrier), (_, ctx) => ctx.abort("crash"));
    await crashed.catch(() => {});
    const socket = await openGochat(carrier);
    socket.join(bob, room);
    await expect.poll(() => env.CARRIER.getByName(carrier).seats(room)).toHaveLength(1);
    await expect.poll(async () => (await roomOf(room).count(bob)).ok && socket.ops).toContain(4);
    await roomOf(room).send(ann, { body: "hi" });
    expect(await socket.nextOp(3)).toMatchObject({ msg: "hi" });
  });
});

describe("sessions of gochat sockets", () => {
  it("[RR6] a session that expired gets nothing of what wakes its carrier, and its socket is closed", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const today = Date.now();
    vi.setSystemTime(today - HOUR_MS - 1_000);
    const room = freshNumber();
    const carrier = freshCarrier();
    const socket = await joined(carrier, await signIn(), room);
    vi.setSystemTime(today);
    await evictDurableObject(env.CARRIER.getByName(carrier));
    await roomOf(room).send(await signIn(), { body: "not for you" });
    expect(await socket.closed).toMatchObject({ code: 1008 });
    expect(socket.ops).not.toContain(3);
  });

  it("[RR4] a carrier that was told of a session's end seats it no more, whatever the user object says", async () => {
    const ann = await signIn();
    const carrier = freshCarrier();
    const socket = await openGochat(carrier);
    const told = env.CARRIER.getByName(carrier).revoke([{ id: ann.sessionId, expiresAtMs: ann.expiresAtMs }]);
    expect(await told).toBe(0);
    socket.join(ann, freshNumber());
    expect(await socket.closed).toMatchObject({ code: 1008, reason: "invalid token" });
  });

  it("[CA1] a socket that is closing when its carrier wakes is no seat", async () => {
    const ann = await signIn();
    await runInDurableObject(env.CARRIER.getByName(freshCarrier()), async (_, ctx) => {
      const sockets = [1, 2].map(() => {
        const { 0: near, 1: far } = new WebSocketPair();
        near.accept();
        far.accept();
        Passenger.open(far, Date.now()).board(ann, "1");
        return far;
      });
      sockets[1]?.close(1000, "bye");
      vi.spyOn(ctx, "getWebSockets").mockReturnValue(sockets);
      expect(await new CarrierObject(ctx, env).seats("1")).toHaveLength(1);
    });
  });

  it("[GS7] a socket that has not signed in after 10 s is closed, one that has stays and leaves no timer", async () => {
    const carrier = freshCarrier();
    const ann = await signIn();
    const room = freshNumber();
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    const [silent, signedIn] = [await openGochat(carrier), await openGochat(carrier)];
    signedIn.join(ann, room);
    await signedIn.nextOp(5);
    const stub = env.CARRIER.getByName(carrier);
    await runInDurableObject(stub, () => void vi.advanceTimersByTime(limits.SIGN_IN_MS_MAX - 1));
    expect(await stub.seats(room)).toHaveLength(1);
    await runInDurableObject(stub, () => void vi.advanceTimersByTime(1));
    expect(await silent.closed).toMatchObject({ code: 1008, reason: "sign in first" });
    expect(await stub.seats(room)).toHaveLength(1);
  });
});

describe("limits of a carrier", () => {
  it("[LM3] a carrier that is full refuses with 503, so that the next one is taken", async () => {
    const stub = env.CARRIER.getByName(freshCarrier());
    await runInDurableObject(stub, async (object) => {
      const upgrade = () => object.fetch(new Request("http://carrier/ws", { headers: { Upgrade: "websocket" } }));
      for (let i = 0; i < limits.SEATS_PER_CARRIER_MAX; i++) expect((await upgrade()).status).toBe(101);
      expect((await upgrade()).status).toBe(503);
    });
  });

  it("[GS4] join frames that pile up close their socket", async () => {
    const socket = await openGochat(freshCarrier());
    const ann = await signIn();
    for (let i = 0; i < 100; i++) socket.join(ann, freshNumber());
    expect(await socket.closed).toMatchObject({ code: 1008, reason: "too many join frames" });
  });
});
