import { describeError, log } from "../../contracts/log.ts";
import { parseRoomName } from "../../contracts/names.ts";
import type { Namespace, RoomStub } from "../../contracts/objects.ts";
import { fail, type Reply } from "../../contracts/reply.ts";

/** Asks the room of that name. A bad name and a room that cannot be reached are answers, not exceptions. */
export async function askRoom<T>(
  rooms: Namespace<RoomStub>,
  room: string,
  ask: (stub: RoomStub) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  const name = parseRoomName(room);
  if (!name.ok) return name;
  try {
    return await ask(rooms.getByName(name.value));
  } catch (error) {
    log("error", "room did not answer", { room: name.value, error: describeError(error) });
    return fail("unavailable");
  }
}
