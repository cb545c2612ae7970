import { describeError, log } from "../../contracts/log.ts";
import { ok } from "../../contracts/reply.ts";
import type { Edge, SeriesEdge } from "../edge/edge.ts";
import type { Attendance } from "./attendance.ts";
import { KeepingCourier } from "./courier.ts";
import { RedisLink } from "./link.ts";
import { metrics } from "./metrics.ts";
import type { Courier } from "./outbox.ts";
import { OutboxStream } from "./outbox-stream.ts";
import { PACE, type Pace, Replicas } from "./replicas.ts";
import { SeatBook } from "./seat-book.ts";
import { SeatKeys } from "./seat-keys.ts";

/** How long a start waits for Redis; what keeps it away is then not waited for. */
const START_MS_MAX = 2_000;
/** How long a stop sends what waits; the rest is another replica's. */
const STOP_MS_MAX = 3_000;

/** What the origin has of Redis. */
export type OriginRedis = {
  readonly courier: Courier;
  readonly attendance: Attendance;
  readonly isUp: boolean;
  /** Sends what it can of the outbox, leaves the rest to other replicas and takes its users out of gochat's keys. Does not reject. */
  readonly stop: () => Promise<void>;
};

type RedisPlace = {
  readonly url: string;
  readonly replicaId: string;
  readonly edge: SeriesEdge;
  readonly pace?: Pace;
};

/** Connects, and goes on without Redis when it is not there within 2 s: it is used as soon as it is. Does not reject. [RK7] */
export async function createRedis({ url, replicaId, edge, pace = PACE }: RedisPlace): Promise<OriginRedis> {
  const link = (): RedisLink => connection;
  const stream = new OutboxStream(replicaId, link, (messages) => courier.found(messages));
  const courier = new KeepingCourier(edge, stream);
  const attendance = new SeatBook(replicaId, link);
  const replicas = new Replicas(replicaId, link, takeOver(stream, new SeatKeys(link)), pace);
  const connection = new RedisLink(url, [
    async () => void (await replicas.register()),
    () => stream.resync(),
    () => attendance.resync(),
  ]);
  const forgetEdge = edge.onChange(() => courier.drain());
  await connection.waitUp(START_MS_MAX);
  return {
    courier,
    attendance,
    get isUp() {
      return connection.isUp;
    },
    stop: async () => {
      await courier.close(STOP_MS_MAX);
      forgetEdge();
      if (connection.isUp) await leave([() => attendance.close(), () => stream.close(), () => replicas.close()]);
      connection.close();
    },
  };
}

/** The origin without Redis: messages go to the edge or are refused, and nobody reads gochat's keys. [OX12] */
export function createNoRedis({ edge }: { readonly edge: Edge }): OriginRedis {
  metrics.redisUp.set(0);
  return {
    courier: {
      take: async ({ token, room, message }) => {
        const sent = await edge.send(token, room, message);
        return sent.ok ? ok({ type: "sent", sent: sent.value }) : sent;
      },
      waiting: 0,
    },
    attendance: { came: () => undefined, went: () => undefined },
    isUp: false,
    stop: () => Promise.resolve(),
  };
}

function takeOver(stream: OutboxStream, keys: SeatKeys): (replica: string) => Promise<boolean> {
  return async (replica) => {
    if (!(await stream.adopt(replica))) return false;
    await keys.clear(replica, "dead");
    return true;
  };
}

/** Each step for itself: without Redis the lease ends by itself, and others clean up. */
async function leave(steps: readonly (() => Promise<void>)[]): Promise<void> {
  for (const step of steps) {
    await step().catch((error: unknown) => log("warn", "redis.leave", { reason: describeError(error) }));
  }
}
