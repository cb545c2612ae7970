import { setTimeout as pass } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { Publisher } from "../support/publisher.ts";
import { Reader, range } from "../support/reader.ts";
import { freshName, readLog, register, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

/** `KILL_ROUNDS=20` is the campaign; the short form is part of every test run. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 3);
const LOAD_MS = { min: 300, spread: 900 };
const SETTLE_MS_MAX = 30_000;

let server: Server | undefined;
afterEach(async () => {
  await server?.stop();
});

type Kill = (server: Server) => Promise<void>;
const kills: readonly (readonly [string, Kill])[] = [
  ["the runtime, which the supervisor restarts", killRuntime],
  ["the whole tree, restarted by hand on the same data", killTree],
];

it.each(kills)(
  `[P1] [P2] [P3] [P4] kill -9 of %s, ${ROUNDS} rounds: nothing acked is lost, nothing doubled, every reader agrees`,
  async (_, kill) => {
    server = await Server.start({ SENDS_PER_USER: "1000000", SENDS_PER_ROOM: "1000000" });
    const room = "7";
    const users = await Promise.all(range(4).map(() => register(server?.url ?? "")));
    const readers = users.map(({ token }) => join(token, room));
    await expect.poll(() => readers.map(({ seq }) => seq)).toEqual([0, 0, 0, 0]);
    const publishers = startPublishers(server, users, readers, room);

    for (let round = 0; round < ROUNDS; round++) {
      await pass(LOAD_MS.min + Math.random() * LOAD_MS.spread); // the moment is random on purpose: load goes on
      await kill(server);
    }

    await Promise.all(publishers.map((publisher) => publisher.stop()));
    const log = await readLog(server.url, users[0]?.token ?? "", room);
    await expect
      .poll(() => readers.map(({ seq }) => seq), { timeout: SETTLE_MS_MAX })
      .toEqual(readers.map(() => log.length));
    expect(log.map(({ seq }) => seq)).toEqual(range(log.length));
    expect(new Set(log.map(({ body }) => body)).size).toBe(log.length);
    for (const { acked } of publishers) {
      expect(acked.length).toBeGreaterThan(0);
      expect(acked.map(({ seq }) => log[seq - 1]?.body)).toEqual(acked.map(({ id }) => id));
    }
    for (const reader of readers) {
      expect(reader.events).toEqual(log);
      expect(reader.dials).toBeGreaterThan(ROUNDS);
      reader.room.close();
    }
  },
  60_000 + ROUNDS * 15_000,
);

function join(token: string, room: string): Reader {
  return new Reader({ url: server?.url ?? "", token, room });
}

function startPublishers({ url }: Server, users: readonly User[], readers: readonly Reader[], room: string) {
  const overSockets = readers.flatMap((reader) =>
    range(3).map(() => Publisher.overSocket(freshName("socket"), reader.room)),
  );
  const overRest = users.map(({ token }) => Publisher.overRest(freshName("rest"), url, token, room));
  return [...overSockets, ...overRest];
}

async function killRuntime(running: Server): Promise<void> {
  const { workerPid } = running;
  running.killWorker();
  await expect.poll(() => hasWorkerOtherThan(running, workerPid), { timeout: 20_000 }).toBe(true);
  await running.ready();
}

async function killTree(running: Server): Promise<void> {
  await running.killAll();
  await running.restart();
}

function hasWorkerOtherThan(running: Server, pid: number): boolean {
  try {
    return running.workerPid !== pid;
  } catch {
    return false; // between the crash and the restart
  }
}
