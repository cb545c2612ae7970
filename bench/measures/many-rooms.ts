import { dialects } from "../dialects/dialects.ts";
import { driveClosed } from "../load/drive.ts";
import type { Faults } from "../load/ledger.ts";
import { LoadRoom, together } from "../load/room.ts";
import type { Measure, Site } from "./measure.ts";

const ROOMS = 200;
const SUBSCRIBERS = 10;
const IN_FLIGHT = 4;
const MS = 2_000;
const FILLING_MAX = 8;

/** Two hundred rooms of ten, in each of which one of them keeps four sends on their way. */
export const manyRooms: Measure = {
  targets: ["edgechat", "raw-grouped", "raw-one-write"],
  async take({ dialect, url, room, tokens }) {
    const rooms = Array.from(
      { length: ROOMS },
      (_, i) => new LoadRoom(dialects[dialect], { url, room: nameOf(room, i), tokens }),
    );
    try {
      await together(rooms, (one) => one.fill(SUBSCRIBERS), FILLING_MAX);
      const driven = await Promise.all(
        rooms.map((one) => driveClosed(one, one.members.slice(0, 1), { inFlight: IN_FLIGHT, ms: MS })),
      );
      const rate = (of: "acked" | "delivered") => driven.reduce((sum, one) => sum + one[of] / one.seconds, 0);
      return {
        readings: [
          { name: "acked messages", unit: "/s", value: rate("acked") },
          { name: "deliveries", unit: "/s", value: rate("delivered") },
        ],
        faults: rooms.map((one) => one.judge()).reduce(add),
      };
    } finally {
      for (const one of rooms) one.leave();
    }
  },
  toReach: [],
};

// Rooms that exist without being created are numbered ones.
function nameOf(room: Site["room"], i: number): string {
  return Number.isNaN(Number(room)) ? `${room}-${i}` : String(Number(room) * 1_000_000 + i);
}

function add(one: Faults, other: Faults): Faults {
  return {
    lost: one.lost + other.lost,
    duplicated: one.duplicated + other.duplicated,
    reordered: one.reordered + other.reordered,
  };
}
