import { driveOpen } from "../load/drive.ts";
import type { LoadRoom } from "../load/room.ts";
import type { Measure } from "./measure.ts";
import { withRoom } from "./with-room.ts";

const READERS = 180;
const SLOW = 20;
const PUBLISHERS = 8;
const PACED = { perSecond: 400, ms: 3_000 };

/** What twenty readers who stall cost the others: 400 messages a second, without them and with them. */
export const slowReaders: Measure = {
  targets: ["edgechat"],
  take: (site) =>
    withRoom(site, READERS + SLOW, async (room) => {
      const slow = room.members.slice(READERS);
      const without = await measureP99(room);
      for (const member of slow) member.stall();
      const withThem = await measureP99(room);
      for (const member of slow) member.goOn();
      return [
        { name: "p99 without", unit: "ms", value: without },
        { name: "p99 with 20 stalled", unit: "ms", value: withThem },
        { name: "p99 with / without", unit: "x", value: withThem / without },
      ];
    }),
  toReach: [{ reading: "p99 with / without", against: null, most: 1.5 }],
};

async function measureP99(room: LoadRoom): Promise<number> {
  const fast = room.members.slice(0, READERS);
  const latencies = room.watchLatency();
  await driveOpen(room, fast.slice(0, PUBLISHERS), PACED);
  await room.settled(fast);
  return latencies.quantile(0.99);
}
