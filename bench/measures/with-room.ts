import { dialects } from "../dialects/dialects.ts";
import { LoadRoom } from "../load/room.ts";
import type { Reading, Site, Taken } from "./measure.ts";

/** Fills a room, measures in it, waits until everybody has everything, and judges what they got. */
export async function withRoom(
  { dialect, url, room: name, tokens }: Site,
  members: number,
  measure: (room: LoadRoom) => Promise<readonly Reading[]>,
): Promise<Taken> {
  const room = new LoadRoom(dialects[dialect], { url, room: name, tokens });
  try {
    await room.fill(members);
    const readings = await measure(room);
    await room.settled();
    return { readings, faults: room.judge() };
  } finally {
    room.leave();
  }
}
