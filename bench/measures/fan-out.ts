import { driveClosed, driveOpen } from "../load/drive.ts";
import type { LoadRoom } from "../load/room.ts";
import type { Measure } from "./measure.ts";
import { withRoom } from "./with-room.ts";

const PUBLISHERS = 8;
const IN_FLIGHT = 64;
const MS = 2_000;
const ALL = ["edgechat", "raw-grouped", "raw-one-write", "ws", "socket.io", "centrifuge"] as const;

/** Closed loop: eight of the subscribers keep 64 sends each on their way. */
export function measureFanOut(subscribers: number): Measure {
  return {
    targets: subscribers === 200 ? ALL : ["edgechat", "raw-grouped", "ws", "centrifuge"],
    take: (site) =>
      withRoom(site, subscribers, async (room) => {
        const driven = await driveClosed(room, room.members.slice(0, PUBLISHERS), { inFlight: IN_FLIGHT, ms: MS });
        return [
          { name: "deliveries", unit: "/s", value: driven.delivered / driven.seconds },
          { name: "p50 of the ack", unit: "ms", value: driven.acks.quantile(0.5) },
          { name: "p99 of the ack", unit: "ms", value: driven.acks.quantile(0.99) },
        ];
      }),
    toReach:
      subscribers === 200
        ? [
            { reading: "deliveries", against: "raw-grouped", least: 0.85 },
            { reading: "deliveries", against: "ws", least: 15 },
            { reading: "deliveries", against: "centrifuge", least: 2 },
          ]
        : [],
  };
}

const PACED = { perSecond: 100, ms: 3_000 };
const WARM_UP_MS = 500;

/** A hundred messages a second into 200: from the instant at which each was meant to leave to its arrival at each. */
export const latency: Measure = {
  targets: ["edgechat", "raw-grouped", "raw-one-write", "ws", "socket.io", "centrifuge"],
  take: (site) =>
    withRoom(site, 200, async (room) => {
      const publishers = room.members.slice(0, PUBLISHERS);
      await driveOpen(room, publishers, { ...PACED, ms: WARM_UP_MS });
      await room.settled();
      const latencies = room.watchLatency();
      await driveOpen(room, publishers, PACED);
      await room.settled();
      return [
        { name: "p50 of send to receive", unit: "ms", value: latencies.quantile(0.5) },
        { name: "p95 of send to receive", unit: "ms", value: latencies.quantile(0.95) },
        { name: "p99 of send to receive", unit: "ms", value: latencies.quantile(0.99) },
      ];
    }),
  toReach: [
    { reading: "p50 of send to receive", against: "raw-one-write", most: 1 },
    { reading: "p99 of send to receive", against: "raw-one-write", most: 1 },
  ],
};

const LATE_MS = 100;
const PROBE_MS = 800;
const STEPS = 3;

/**
 * The highest rate at which everything arrives, 99 of 100 within 100 ms: doubled until that fails, then halved in three
 * times, then confirmed. A closed loop bounds a server that batches by what it has on its way; this does not.
 */
export function measureCapacity(subscribers: number): Measure {
  return {
    targets: subscribers === 200 ? ALL : ["edgechat", "raw-grouped"],
    take: (site) =>
      withRoom(site, subscribers, async (room) => {
        const perSecond = await findCapacity((rate) => holds(room, rate));
        return [{ name: "deliveries", unit: "/s", value: perSecond * subscribers }];
      }),
    toReach: [],
  };
}

/** The highest rate that holds twice, in messages a second; 0 when not even ten a second do. */
export async function findCapacity(holdsAt: (perSecond: number) => Promise<boolean>): Promise<number> {
  let good = 0;
  let bad = 10;
  while (await holdsAt(bad)) {
    good = bad;
    bad *= 2;
  }
  for (let step = 0; step < STEPS && good > 0; step++) {
    const middle = (good + bad) / 2;
    if (await holdsAt(middle)) good = middle;
    else bad = middle;
  }
  while (good > 10 && !(await holdsAt(good))) good *= 0.9;
  return good;
}

async function holds(room: LoadRoom, perSecond: number): Promise<boolean> {
  const latencies = room.watchLatency();
  await driveOpen(room, room.members.slice(0, PUBLISHERS), { perSecond, ms: PROBE_MS });
  const arrived = await room.settled(room.members, LATE_MS);
  const kept = arrived && latencies.quantile(0.99) <= LATE_MS;
  await room.settled();
  return kept;
}
