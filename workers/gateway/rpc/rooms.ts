import { parseRoomName, roomKind } from "../../../contracts/names.ts";
import { fail } from "../../../contracts/reply.ts";
import { parsePlace } from "../../../contracts/rpc-fields.ts";
import { ask } from "../ask.ts";
import { Refused, unwrap } from "../refused.ts";
import type { Caller } from "./call.ts";

type RoomFields = { readonly roomName: string };
type PlaceFields = RoomFields & { readonly personName: string };

/** CreateRoom of either contract. Rooms that need no making are there already. [RP5] */
export async function createRoom({ c, identity }: Caller, { roomName }: RoomFields): Promise<void> {
  const room = unwrap(parseRoomName(roomName));
  if (roomKind(room) !== "named") throw new Refused(fail("nameTaken", "this room is there without being created"));
  await ask(c, ({ chatroom }) => chatroom.create(identity, room, "unlisted"));
}

/** DeleteRoom of either contract: false when there is no such room. */
export async function deleteRoom({ c, identity }: Caller, { roomName }: RoomFields): Promise<boolean> {
  const room = unwrap(parseRoomName(roomName));
  return ask(c, ({ chatroom }) => chatroom.delete(identity, room));
}

/** EnterRoom of either contract. */
export async function enterRoom({ c, identity }: Caller, request: PlaceFields): Promise<void> {
  const { room, personName } = unwrap(parsePlace(request));
  await ask(c, ({ chatroom }) => chatroom.enter(identity, room, personName));
}

/** LeaveRoom of either contract: false for somebody who is not in. */
export async function leaveRoom({ c, identity }: Caller, request: PlaceFields): Promise<boolean> {
  const { room, personName } = unwrap(parsePlace(request));
  return ask(c, ({ chatroom }) => chatroom.leave(identity, room, personName));
}

/** GetPeople of either contract, in the order of joining. */
export async function getPeople({ c, identity }: Caller, { roomName }: RoomFields) {
  const room = unwrap(parseRoomName(roomName));
  return { people: [...(await ask(c, ({ chatroom }) => chatroom.people(identity, room)))] };
}
