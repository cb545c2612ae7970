import { directPair, type RoomKind } from "../../contracts/names.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { RoomRole, RoomVisibility } from "../../contracts/rooms.ts";

/** What decides whether somebody may use a room. */
export type AccessFacts = {
  readonly kind: RoomKind;
  readonly room: string;
  /** Null until a named room is created. */
  readonly visibility: RoomVisibility | null;
  readonly role: RoomRole | null;
  readonly banned: boolean;
};

/**
 * Who may read, post and sit in a room. Numbered rooms are everybody's, a direct conversation belongs to its two, a
 * private room to its members; an administrator manages members but does not read other people's rooms. Nobody who is
 * banned uses a room, member or not. [RM2] [MO6]
 */
export function mayUse({ kind, room, visibility, role, banned }: AccessFacts, userId: number): Reply<null> {
  if (kind === "numbered") return ok(null);
  if (kind === "direct") {
    return directPair(room)?.includes(userId) ? ok(null) : fail("forbidden", "this conversation is not yours");
  }
  if (visibility === null) return fail("notFound", "there is no such room: create it first");
  if (banned) return fail("forbidden", "you are banned from this room");
  if (visibility === "private" && role === null) return fail("forbidden", "this room is private: ask its owner");
  return ok(null);
}

/** Who may add and remove members: the owner and administrators. [RM3] */
export function mayManage({ kind, visibility, role }: AccessFacts, admin: boolean): Reply<null> {
  if (kind !== "named") return fail("forbidden", "only created rooms have members");
  if (visibility === null) return fail("notFound", "there is no such room: create it first");
  return role === "owner" || admin ? ok(null) : fail("forbidden", "only the room's owner may do this");
}

/** Whether there is a room to delete; who may not delete it is refused. Numbered and direct rooms stay. [RM6] */
export function mayDelete(facts: AccessFacts, admin: boolean): Reply<boolean> {
  if (facts.kind !== "named") return fail("forbidden", "only created rooms can be deleted");
  if (facts.visibility === null) return ok(false);
  const managed = mayManage(facts, admin);
  return managed.ok ? ok(true) : managed;
}
