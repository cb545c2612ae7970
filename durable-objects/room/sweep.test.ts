import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { freshNumber, roomOf, signIn } from "../lib/test-people.ts";
import { join } from "./test-room.ts";

const HOUR_MS = 3_600_000;
const now = () => performance.timeOrigin + performance.now();

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

/** Does something as if it were that long ago. */
async function ago<T>(ms: number, act: () => Promise<T>): Promise<T> {
  vi.setSystemTime(now() - ms);
  const done = await act();
  vi.setSystemTime(now());
  return done;
}

describe("silent peers", () => {
  it("[PR2] a connection without a sign of life is closed before anybody is told who is here", async () => {
    const room = freshNumber();
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const [silent, pinging] = await ago(limits.SILENCE_MS_MAX + 1_000, async () => [
      await join(room, ann),
      await join(room, bob),
    ]);
    // The runtime answers and notes the time by its own clock, without waking the room.
    await pinging.socket.ping();
    // That time has to survive hibernation: without it a wake would close everybody.
    await evictDurableObject(env.ROOM.getByName(room));
    expect(await roomOf(room).presence(bob, 0, 10)).toMatchObject({ value: { count: 1, users: [{ name: "Bob" }] } });
    expect(await silent.socket.closed).toMatchObject({ code: 4005 });
  });

  it("[PR2] a frame sweeps the others, also when nobody sends a message", async () => {
    const room = freshNumber();
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const [silent, awake] = await ago(limits.SILENCE_MS_MAX + 1_000, async () => [
      await join(room, ann),
      await join(room, bob),
    ]);
    awake.socket.send({ type: "typing" });
    expect(await silent.socket.closed).toMatchObject({ code: 4005 });
  });
});

describe("expired sessions", () => {
  it("[RR6] a session that expired while the room slept gets nothing of what wakes it", async () => {
    const room = freshNumber();
    const bob = await signIn("Bob");
    const { socket } = await ago(HOUR_MS + 1_000, async () => join(room, await signIn("Ann")));
    await evictDurableObject(env.ROOM.getByName(room));
    await roomOf(room).send(bob, { body: "not for you" });
    expect(await socket.closed).toMatchObject({ code: 4501 });
    expect(socket.pending.map(({ type }) => type)).not.toContain("events");
  });

  it("[RR6] a frame of an expired session changes nothing and closes its socket", async () => {
    const room = freshNumber();
    const bob = await signIn("Bob");
    const { socket } = await ago(HOUR_MS + 1_000, async () => join(room, await signIn("Ann")));
    socket.send({ type: "send", id: "1", body: "late" });
    expect(await socket.closed).toMatchObject({ code: 4501 });
    expect(await roomOf(room).describe(bob)).toMatchObject({ value: { head: 0 } });
  });

  it("[RR6] an identity that expired is refused without asking anybody", async () => {
    const ann = await ago(HOUR_MS + 1_000, () => signIn("Ann"));
    expect(await roomOf(freshNumber()).send(ann, { body: "late" })).toMatchObject({ failure: "session" });
  });

  it("[RR2] a socket whose session is dead takes no seat after a wake", async () => {
    const room = freshNumber();
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    await join(room, ann);
    await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
      storage.sql.exec("UPDATE session SET dead = 1 WHERE id = ?", ann.sessionId);
    });
    await evictDurableObject(env.ROOM.getByName(room));
    expect(await roomOf(room).presence(bob, 0, 10)).toMatchObject({ value: { count: 0 } });
  });
});
