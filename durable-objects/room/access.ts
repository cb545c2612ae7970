import { directPair, type RoomKind } from "../../contracts/names.ts";
import { isAllowed } from "../../contracts/permissions.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { RoomRole, RoomSettings, RoomVisibility } from "../../contracts/rooms.ts";

/** What decides whether somebody may use a room, and who may manage its members. */
export type AccessFacts = {
  readonly kind: RoomKind;
  readonly room: string;
  /** Null until a named room is created. */
  readonly visibility: RoomVisibility | null;
  readonly role: RoomRole | null;
  readonly isBanned: boolean;
};

/** Refuses who is no member of a private room. */
export const closed = fail("forbidden", "this room is private: join it with an invitation");
const banned = fail("forbidden", "you are banned from this room");
const unmade = fail("notFound", "there is no such room: create it first");

/**
 * Who may read, post and sit in a room. Numbered rooms are everybody's, a direct conversation belongs to its two, a
 * private room to its members; an administrator manages members but does not read other people's rooms. Who is banned
 * from a created room uses it no more. [RM2] [RO5]
 */
export function mayUse({ kind, room, visibility, role, isBanned }: AccessFacts, userId: number): Reply<null> {
  if (kind === "numbered") return ok(null);
  if (kind === "direct") {
    return directPair(room)?.includes(userId) ? ok(null) : fail("forbidden", "this conversation is not yours");
  }
  if (visibility === null) return unmade;
  if (isBanned) return banned;
  return visibility === "private" && role === null ? closed : ok(null);
}

/** Why somebody may not become a member by themselves, whatever invitation they have; null when they may. [RO5] [RO6] */
export function refuseJoin({ kind, visibility, isBanned }: AccessFacts): Refusal | null {
  if (kind === "numbered") return null;
  if (kind === "direct") return fail("forbidden", "a conversation of two has no other members");
  if (visibility === null) return unmade;
  return isBanned ? banned : null;
}

/** Who may remove members: the owner and administrators. [RM3] */
export function mayManage({ kind, visibility, role }: AccessFacts, admin: boolean): Reply<null> {
  if (kind !== "named") return fail("forbidden", "only created rooms have members");
  if (visibility === null) return unmade;
  return role === "owner" || admin ? ok(null) : fail("forbidden", "only the room's owner may do this");
}

/** Who may add members: who may invite, and administrators. [RM3] */
export function mayAdd(facts: AccessFacts, admin: boolean, settings: RoomSettings): Reply<null> {
  const managed = mayManage(facts, admin);
  if (managed.ok || managed.failure === "notFound" || facts.kind !== "named") return managed;
  return isAllowed(facts.role ?? "guest", "invite", settings)
    ? ok(null)
    : fail("forbidden", "you may not add members to this room");
}

/** Whether there is a room to delete; who may not delete it is refused. Numbered and direct rooms stay. [RM6] */
export function mayDelete(facts: AccessFacts, admin: boolean): Reply<boolean> {
  if (facts.kind !== "named") return fail("forbidden", "only created rooms can be deleted");
  if (facts.visibility === null) return ok(false);
  const managed = mayManage(facts, admin);
  return managed.ok ? ok(true) : managed;
}
