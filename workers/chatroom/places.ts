import { Buffer } from "node:buffer";
import type { Person } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { describeError, log } from "../../contracts/log.ts";
import { directRoom } from "../../contracts/names.ts";
import { LOBBY_NAME } from "../../contracts/objects.ts";
import { mapParallel } from "../../contracts/parallel.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { LobbyPage, LobbyQuery, RoomDescription, RoomVisibility, RoomWishes } from "../../contracts/rooms.ts";
import { askRoom } from "../shared/ask-room.ts";
import { askUser } from "../shared/ask-user.ts";
import type { ChatroomEnv } from "./chatroom-env.ts";

const GROUP_BYTES = 16;
const PEOPLE_WIDTH = 16;

/** A named room of the caller's. Nobody is asked for members where there are none. */
export async function createRoom(
  env: ChatroomEnv,
  identity: Identity,
  room: string,
  visibility: RoomVisibility,
  { memberIds = [], ...wishes }: RoomWishes = {},
): Promise<Reply<RoomDescription>> {
  const members = memberIds.length === 0 ? ok([]) : await findOthers(env, identity, memberIds);
  if (!members.ok) return members;
  const draft = { ...wishes, members: members.value };
  return askRoom(env.ROOM, room, (stub) => stub.create(identity, visibility, draft));
}

/** A private room under 128 random bits, whose members may invite others. [RO10] */
export async function createGroup(
  env: ChatroomEnv,
  identity: Identity,
  title: string,
  userIds: readonly number[],
): Promise<Reply<RoomDescription>> {
  const room = `group-${Buffer.from(crypto.getRandomValues(new Uint8Array(GROUP_BYTES))).toString("base64url")}`;
  return createRoom(env, identity, room, "private", { title, whoMayInvite: "members", memberIds: userIds });
}

/** The one conversation of the caller and another user, or with oneself. [RO9] */
export async function openDirect(
  env: ChatroomEnv,
  identity: Identity,
  userId: number,
): Promise<Reply<RoomDescription>> {
  const others = await findPeople(env, identity, [userId]);
  if (!others.ok) return others;
  const [other] = others.value;
  if (other === undefined) return fail("notFound", "there is no such user");
  return askRoom(env.ROOM, directRoom(identity.userId, userId), (stub) => stub.open(identity, other));
}

/** A page of the listed rooms, for everybody with a live session. [RO12] */
export async function searchLobby(env: ChatroomEnv, identity: Identity, query: LobbyQuery): Promise<Reply<LobbyPage>> {
  const caller = await askUser(env.USER, identity, (stub) => stub.check(identity.sessionId));
  if (!caller.ok) return caller;
  try {
    return ok(await env.LOBBY.getByName(LOBBY_NAME).search(query));
  } catch (error) {
    log("error", "lobby did not answer", { error: describeError(error) });
    return fail("unavailable");
  }
}

/** The people of these ids but for the caller, who has to name somebody else. */
async function findOthers(env: ChatroomEnv, identity: Identity, ids: readonly number[]) {
  const others = [...new Set(ids)].filter((id) => id !== identity.userId);
  if (others.length === 0) return fail("badRequest", "name somebody else than yourself");
  if (others.length <= limits.GROUP_MEMBERS_MAX) return findPeople(env, identity, others);
  return fail("badRequest", `name at most ${limits.GROUP_MEMBERS_MAX} users: the others can join later`);
}

/** The people of these ids, or notFound when one of them is nobody. A dead session learns nothing of them. */
async function findPeople(
  env: ChatroomEnv,
  identity: Identity,
  ids: readonly number[],
): Promise<Reply<readonly Person[]>> {
  const caller = await askUser(env.USER, identity, (stub) => stub.check(identity.sessionId));
  if (!caller.ok) return caller;
  try {
    const found = await mapParallel(ids, PEOPLE_WIDTH, (id) => env.USER.getByName(String(id)).person());
    const missing = ids.find((_, i) => found[i] === null);
    if (missing !== undefined) return fail("notFound", `there is no user ${missing}`);
    return ok(found.filter((person) => person !== null));
  } catch (error) {
    log("error", "user object did not answer", { error: describeError(error) });
    return fail("unavailable");
  }
}
