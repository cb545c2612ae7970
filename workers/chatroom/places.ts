import type { Identity } from "../../contracts/identity.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { LobbyPage, LobbyQuery, RoomDescription } from "../../contracts/rooms.ts";
import type { ChatroomEnv } from "./chatroom-env.ts";

export async function createGroup(
  _env: ChatroomEnv,
  _identity: Identity,
  _title: string,
  _userIds: readonly number[],
): Promise<Reply<RoomDescription>> {
  return fail("unsupported");
}

export async function openDirect(
  _env: ChatroomEnv,
  _identity: Identity,
  _userId: number,
): Promise<Reply<RoomDescription>> {
  return fail("unsupported");
}

export async function searchLobby(
  _env: ChatroomEnv,
  _identity: Identity,
  _query: LobbyQuery,
): Promise<Reply<LobbyPage>> {
  return fail("unsupported");
}
