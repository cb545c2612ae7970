import { driveOpen } from "../load/drive.ts";
import { together } from "../load/room.ts";
import type { Measure } from "./measure.ts";
import { withRoom } from "./with-room.ts";

const CLIENTS = 2_000;
const AWAY_MESSAGES = { perSecond: 200, ms: 500 };
const CURRENT_MS_MAX = 60_000;

/**
 * Two thousand clients are cut at once, miss a hundred messages and come back, each with the place that it had: the time
 * until the last one has everything. Of a bare object, which has nothing to resume from, the time until all are connected.
 */
export const storm: Measure = {
  targets: ["edgechat", "raw-grouped"],
  take: (site) =>
    withRoom(site, 8, async (room) => {
      const stay = [...room.members];
      await room.fill(CLIENTS);
      const away = room.members.slice(stay.length);
      const places = away.map((member) => member.position);
      for (const member of away) member.cut();
      const resumes = site.dialect === "native";
      await driveOpen(room, stay, AWAY_MESSAGES);
      await room.settled(stay);
      const fromMs = performance.now();
      await together(away, (member) => member.join(resumes ? places[away.indexOf(member)] : undefined));
      if (resumes) await room.settled(away, CURRENT_MS_MAX);
      else for (const member of away) member.skip();
      return [{ name: "all are back", unit: "ms", value: performance.now() - fromMs }];
    }),
  toReach: [{ reading: "all are back", against: "raw-grouped", most: 3 }],
};
