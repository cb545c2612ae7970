import type { Person } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { isAllowed } from "../../contracts/permissions.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { GrantedRole, RoomMember, RoomRole } from "../../contracts/rooms.ts";
import { type AccessFacts, mayAdd, mayDelete, mayManage, mayUse } from "./access.ts";
import { refusePersonName } from "./client-claims.ts";
import type { MemberChanges } from "./member-changes.ts";
import type { BanBook } from "./moderation/ban-book.ts";
import type { RoomContext } from "./room-context.ts";

type Parts = {
  readonly room: Pick<RoomContext, "name" | "kind" | "meta" | "members" | "people" | "audience">;
  readonly bans: BanBook;
  readonly changes: MemberChanges;
};

/** Whose a room is, who belongs to it and who is in. Synchronous: who asks has to be known before. */
export class Membership {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  roleOf(userId: number): RoomRole | null {
    return this.#parts.room.members.roleOf(userId);
  }

  /** Numbered rooms are everybody's: nothing is looked up for each message there. */
  mayUse(userId: number): Reply<null> {
    return this.#parts.room.kind === "numbered" ? ok(null) : mayUse(this.facts(userId), userId);
  }

  mayDelete(userId: number, admin: boolean): Reply<boolean> {
    return mayDelete(this.facts(userId), admin);
  }

  membersFor(userId: number, admin: boolean): Reply<readonly RoomMember[]> {
    const { members } = this.#parts.room;
    const managed = mayManage(this.facts(userId), admin);
    if (managed.ok) return ok(members.all());
    const used = this.mayUse(userId);
    return used.ok ? ok(members.all()) : used;
  }

  /** `subject` is null when there is no such user. A role is the owner's to give; its own it keeps. [RM3] [RM8] */
  addMember(by: Person, admin: boolean, subject: Person | null, role?: GrantedRole): Reply<RoomMember> {
    const added = mayAdd(this.facts(by.id), admin, this.#parts.room.meta.profile);
    if (!added.ok) return added;
    if (subject === null) return fail("notFound", "there is no such user");
    const refusal = this.#refuseMember(by, subject, role);
    if (refusal !== null) return refusal;
    const before = this.roleOf(subject.id);
    const { changes } = this.#parts;
    if (before === null) {
      changes.admit({ by, subject, note: { action: "add", reason: role ?? "member" } }, role ?? "member");
    } else if (role !== undefined && role !== before) {
      changes.assign({ by, subject, note: { action: "role", reason: role } }, role);
    }
    return ok({ userId: subject.id, name: subject.name, role: role ?? before ?? "member" });
  }

  /** Members may leave; the owner stays. Who may use the room and is no member is told so. */
  removeMember(by: Person, admin: boolean, userId: number): Reply<null> {
    const role = this.roleOf(userId);
    const leaves = by.id === userId;
    const allowed = leaves ? this.#mayLeave(userId, role, admin) : mayManage(this.facts(by.id), admin);
    if (!allowed.ok) return allowed;
    if (role === null) return fail("notFound", leaves ? "you are no member" : "this user is no member");
    if (role === "owner") return fail("conflict", "the owner stays: delete the room instead");
    this.#remove(by, this.#parts.room.people.personOf(userId));
    return ok(null);
  }

  /** For somebody who may use the room. [RM4] */
  enter(person: Person, personName: string): Reply<null> {
    const refusal = refusePersonName(personName, person.name);
    if (refusal !== null) return refusal;
    const { members } = this.#parts.room;
    // Names are unique among living accounts: an older id of this name was removed, in rooms that nobody told. [RM4]
    for (const userId of members.olderNamesakes(person)) this.userRemoved(userId);
    if (members.isIn(person.id)) return fail("conflict", "person already in room");
    if (members.people >= limits.PEOPLE_PER_ROOM_MAX) return fail("roomFull", "the room's list of people is full");
    this.#enter(person);
    return ok(null);
  }

  /** For somebody who may use the room; false for who is not in. [RM5] */
  leave(person: Person, personName: string): Reply<boolean> {
    const refusal = refusePersonName(personName, person.name);
    if (refusal !== null) return refusal;
    const { members } = this.#parts.room;
    if (!members.isIn(person.id)) return ok(false);
    if (this.roleOf(person.id) === "owner") members.stepOut(person.id);
    else this.#remove(person, person);
    return ok(true);
  }

  /** A user whose account is gone is not in and no member any more; an owner stays the owner. [RM4] */
  userRemoved(userId: number): void {
    const { members, people } = this.#parts.room;
    const role = this.roleOf(userId);
    const person = people.personOf(userId);
    if (role === "owner") members.stepOut(userId);
    else if (role !== null) this.#parts.changes.remove({ by: person, subject: person }, "left", { isTold: false });
    this.#expelStranger(userId);
  }

  /** Who is in, in the order of joining. */
  people(): readonly string[] {
    return this.#parts.room.members.entered();
  }

  /** Ends the seats of everybody who may not use the room any more, on own sockets and on carriers. */
  expelStrangers(): void {
    const { audience } = this.#parts.room;
    for (const userId of audience.users()) this.#expelStranger(userId);
    audience.links.review();
  }

  /** What decides on a user's access. */
  facts(userId: number): AccessFacts {
    const { name, kind, meta } = this.#parts.room;
    const isBanned = kind === "named" && this.#parts.bans.isBanned(userId);
    return { kind, room: name, visibility: meta.visibility, role: this.roleOf(userId), isBanned };
  }

  /** Whether one more fits in who was added or joins, or the refusal. */
  refuseOneMore(): Refusal | null {
    const isFull = this.#parts.room.members.size >= limits.MEMBERS_PER_ROOM_MAX;
    return isFull ? fail("roomFull", "the room's list of members is full") : null;
  }

  #refuseMember(by: Person, subject: Person, role: GrantedRole | undefined): Refusal | null {
    const standing = this.roleOf(by.id) ?? "guest";
    if (role !== undefined && !isAllowed(standing, "assignRoles", this.#parts.room.meta.profile)) {
      return fail("forbidden", "only the room's owner gives roles");
    }
    const before = this.roleOf(subject.id);
    if (role !== undefined && before === "owner") return fail("conflict", "the owner keeps the room");
    if (this.#parts.bans.isBanned(subject.id)) return fail("conflict", "this user is banned here: lift the ban first");
    // Managing a private room is no way to read it. [RM2] [RM3]
    if (by.id === subject.id && !this.mayUse(by.id).ok) {
      return fail("forbidden", "an administrator does not add themselves to a private room: ask for an invitation");
    }
    return before === null ? this.refuseOneMore() : null;
  }

  #mayLeave(userId: number, role: RoomRole | null, admin: boolean): Reply<null> {
    return role !== null || admin ? ok(null) : this.mayUse(userId);
  }

  #enter(person: Person): void {
    const { members } = this.#parts.room;
    const enter = (historyFrom?: number) => members.enter(person.id, Date.now(), historyFrom);
    if (this.roleOf(person.id) === null) {
      this.#parts.changes.admit({ by: person, subject: person }, "member", enter);
    } else {
      enter();
    }
  }

  #remove(by: Person, subject: Person): void {
    this.#parts.changes.remove({ by, subject }, by.id === subject.id ? "left" : "removed");
    this.#expelStranger(subject.id);
  }

  #expelStranger(userId: number): void {
    if (!this.mayUse(userId).ok) this.#parts.room.audience.expel(userId);
  }
}
