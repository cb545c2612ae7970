import { driveClosed } from "../load/drive.ts";
import type { Measure, Site, Taken } from "./measure.ts";
import { withRoom } from "./with-room.ts";

const CLIENTS = 32;
const MS = 2_000;

/** Sends into one room that are on disk when they are answered, from 32 clients who all get everything. */
function measureDurable(inFlight: number): Measure {
  return {
    targets: ["edgechat", "raw-grouped", "raw-one-write"],
    take: (site: Site): Promise<Taken> =>
      withRoom(site, CLIENTS, async (room) => {
        const driven = await driveClosed(room, room.members, { inFlight: inFlight / CLIENTS, ms: MS });
        return [
          { name: "acked messages", unit: "/s", value: driven.acked / driven.seconds },
          { name: "p50 of the ack", unit: "ms", value: driven.acks.quantile(0.5) },
          { name: "p95 of the ack", unit: "ms", value: driven.acks.quantile(0.95) },
          { name: "p99 of the ack", unit: "ms", value: driven.acks.quantile(0.99) },
        ];
      }),
    toReach: [
      { reading: "acked messages", against: "raw-grouped", least: 0.85 },
      { reading: "acked messages", against: "raw-one-write", least: 2.5 },
    ],
  };
}

export const durable32 = measureDurable(32);
export const durable256 = measureDurable(256);
