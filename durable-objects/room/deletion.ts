import type { Room } from "./room.ts";
import { wipe } from "./wipe.ts";

type Parts = Pick<Room, "storage" | "log" | "people" | "members" | "audience" | "notices" | "lobby" | "marks">;

/**
 * Deletes all that a room holds and ends this life of it: sends that wait are refused, sockets are closed, and nothing
 * that is under way here writes into the next life. Members are told by letters that are written with it, and the lobby
 * by the next life. Resolves when carriers were told. [RM7] [RO11]
 */
export function deleteRoom({ storage, log, people, members, audience, notices, lobby, marks }: Parts): Promise<void> {
  const told = notices.end();
  const former = members.all();
  const keepStamp = lobby.carryOver();
  wipe(storage, () => {
    for (const { userId } of former) notices.post({ type: "membership", userId, isIn: false });
    keepStamp();
  });
  notices.deliver();
  lobby.changed();
  people.forget();
  log.end();
  marks.end();
  return Promise.all([audience.close(), told]).then(() => undefined);
}
