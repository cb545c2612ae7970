import { parseRoomName, roomKind } from "../../../contracts/names.ts";
import { fail, ok } from "../../../contracts/reply.ts";
import { parsePlace } from "../../../contracts/rpc-fields.ts";
import { ask } from "../ask.ts";
import { type Caller, fieldsOf } from "./call.ts";

type RoomFields = { readonly roomName: string };
type PlaceFields = RoomFields & { readonly personName: string };

/** CreateRoom of either contract. Rooms that need no making are there already. [RP5] */
export async function createRoom(caller: Caller, { roomName }: RoomFields): Promise<void> {
  const { c, identity } = caller;
  const room = await fieldsOf(caller, parseRoomName(roomName));
  const isMade = roomKind(room) === "named";
  await fieldsOf(caller, isMade ? ok(room) : fail("nameTaken", "this room is there without being created"));
  await ask(c, ({ chatroom }) => chatroom.create(identity, room, "unlisted"));
}

/** DeleteRoom of either contract: false when there is no such room. */
export async function deleteRoom(caller: Caller, { roomName }: RoomFields): Promise<boolean> {
  const { c, identity } = caller;
  const room = await fieldsOf(caller, parseRoomName(roomName));
  return ask(c, ({ chatroom }) => chatroom.delete(identity, room));
}

/** EnterRoom of either contract. */
export async function enterRoom(caller: Caller, request: PlaceFields): Promise<void> {
  const { c, identity } = caller;
  const { room, personName } = await fieldsOf(caller, parsePlace(request));
  await ask(c, ({ chatroom }) => chatroom.enter(identity, room, personName));
}

/** LeaveRoom of either contract: false for somebody who is not in. */
export async function leaveRoom(caller: Caller, request: PlaceFields): Promise<boolean> {
  const { c, identity } = caller;
  const { room, personName } = await fieldsOf(caller, parsePlace(request));
  return ask(c, ({ chatroom }) => chatroom.leave(identity, room, personName));
}

/** GetPeople of either contract, in the order of joining. */
export async function getPeople(caller: Caller, { roomName }: RoomFields) {
  const { c, identity } = caller;
  const room = await fieldsOf(caller, parseRoomName(roomName));
  return { people: [...(await ask(c, ({ chatroom }) => chatroom.people(identity, room)))] };
}
