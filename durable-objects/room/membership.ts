import type { Person } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import type { RoomKind } from "../../contracts/names.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { GrantedRole, RoomMember, RoomRole, RoomVisibility } from "../../contracts/rooms.ts";
import { type AccessFacts, mayDelete, mayManage, mayUse } from "./access.ts";
import { refusePersonName } from "./client-claims.ts";
import type { MemberBook } from "./member-book.ts";
import type { BanBook } from "./moderation/ban-book.ts";
import type { RoomMeta } from "./room-meta.ts";

type Parts = {
  readonly room: string;
  readonly kind: RoomKind;
  readonly meta: RoomMeta;
  readonly members: MemberBook;
  readonly bans: Pick<BanBook, "isBanned">;
  /** Closes the sockets of a user who may not be here any more. */
  readonly expel: (userId: number) => void;
};

/** Whose a room is, who belongs to it and who is in. Synchronous: who asks has to be known before. */
export class Membership {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A named room begins to exist; its creator owns it, and is not in before entering it. */
  create(owner: Person, visibility: RoomVisibility): Refusal | null {
    const { kind, meta, members } = this.#parts;
    if (kind !== "named") return fail("badRequest", "numbered rooms exist already");
    if (meta.visibility !== null) return fail("nameTaken", "a room of this name exists");
    meta.patch({ visibility });
    members.add(owner.id, "owner", Date.now());
    return null;
  }

  roleOf(userId: number): RoomRole | null {
    return this.#parts.members.roleOf(userId);
  }

  mayUse(userId: number): Reply<null> {
    return mayUse(this.#facts(userId), userId);
  }

  mayDelete(userId: number, admin: boolean): Reply<boolean> {
    return mayDelete(this.#facts(userId), admin);
  }

  membersFor(userId: number, admin: boolean): Reply<readonly RoomMember[]> {
    const managed = mayManage(this.#facts(userId), admin);
    if (managed.ok) return ok(this.#parts.members.all());
    const used = this.mayUse(userId);
    return used.ok ? ok(this.#parts.members.all()) : used;
  }

  /** `userId` is null when there is no such user. A role is the owner's to give; its own it keeps. [RM8] */
  addMember(byUserId: number, admin: boolean, userId: number | null, role?: GrantedRole): Reply<RoomMember> {
    const managed = mayManage(this.#facts(byUserId), admin);
    if (!managed.ok) return managed;
    if (userId === null) return fail("notFound", "there is no such user");
    if (role === undefined) return ok(this.#parts.members.add(userId, "member", Date.now()));
    if (this.roleOf(byUserId) !== "owner") return fail("forbidden", "only the room's owner gives roles");
    if (byUserId === userId) return fail("conflict", "the owner keeps the room");
    return ok(this.#parts.members.assign(userId, role, Date.now()));
  }

  /** Members may leave; the owner stays. */
  removeMember(byUserId: number, admin: boolean, userId: number): Reply<null> {
    const role = this.roleOf(userId);
    const managed = mayManage(this.#facts(byUserId), admin);
    const leaves = byUserId === userId && role !== null;
    if (!managed.ok && !leaves) return managed;
    if (role === null) return fail("notFound", "this user is no member");
    if (role === "owner") return fail("conflict", "the owner cannot be removed");
    this.#parts.members.remove(userId);
    this.#expelStranger(userId);
    return ok(null);
  }

  /** For somebody who may use the room. [RM4] */
  enter(person: Person, personName: string): Reply<null> {
    const refusal = refusePersonName(personName, person.name);
    if (refusal !== null) return refusal;
    const { members } = this.#parts;
    // Names are unique among living accounts: an older id of this name was removed, in rooms that nobody told. [RM4]
    for (const userId of members.olderNamesakes(person)) this.userRemoved(userId);
    if (members.people >= limits.PEOPLE_PER_ROOM_MAX && !members.isIn(person.id)) {
      return fail("roomFull", "the room's list of people is full");
    }
    const entered = members.enter(person.id, Date.now());
    return entered ? ok(null) : fail("conflict", "person already in room");
  }

  /** For somebody who may use the room; false for who is not in. [RM5] */
  leave(person: Person, personName: string): Reply<boolean> {
    const refusal = refusePersonName(personName, person.name);
    if (refusal !== null) return refusal;
    const left = this.#parts.members.leave(person.id);
    if (left) this.#expelStranger(person.id);
    return ok(left);
  }

  /** A user whose account is gone is not in and no member any more; an owner stays the owner. [RM4] */
  userRemoved(userId: number): void {
    const { members } = this.#parts;
    if (this.roleOf(userId) === "owner") members.leave(userId);
    else members.remove(userId);
    this.#expelStranger(userId);
  }

  /** Who is in, in the order of joining. */
  people(): readonly string[] {
    return this.#parts.members.entered();
  }

  #expelStranger(userId: number): void {
    if (!this.mayUse(userId).ok) this.#parts.expel(userId);
  }

  #facts(userId: number): AccessFacts {
    const { room, kind, meta, bans } = this.#parts;
    const banned = kind === "named" && bans.isBanned(userId);
    return { kind, room, visibility: meta.visibility, role: this.roleOf(userId), banned };
  }
}
