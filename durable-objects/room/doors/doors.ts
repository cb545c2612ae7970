import type { Person } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import { isAllowed } from "../../../contracts/permissions.ts";
import { fail, ok, type Refusal, type Reply } from "../../../contracts/reply.ts";
import type { Invitation, InvitationTerms, NewInvitation } from "../../../contracts/rooms.ts";
import { closed, refuseJoin } from "../access.ts";
import type { MemberChanges } from "../member-changes.ts";
import type { Membership } from "../membership.ts";
import { ModerationLog } from "../moderation/moderation-log.ts";
import type { Caller, RoomContext } from "../room-context.ts";
import { InvitationBook } from "./invitation-book.ts";

type Parts = RoomContext & { readonly membership: Membership; readonly memberChanges: MemberChanges };

const notValid = fail("forbidden", "this invitation is not valid: ask for a new one");
const mayNotInvite = fail("forbidden", "you may not invite to this room");

/** Ways into a room: joining and invitations. */
export class Doors {
  readonly #room: Parts;
  readonly #invitations: InvitationBook;
  readonly #moderation: ModerationLog;

  constructor(room: Parts) {
    this.#room = room;
    this.#invitations = new InvitationBook(room.storage.sql, room.people);
    this.#moderation = new ModerationLog(room.storage.sql);
  }

  /**
   * Makes somebody a member whose session lives. A private room takes an invitation, and counts its use in the
   * transaction of the membership; where none is needed, and for a member, none is looked at. [RO6] [RO8]
   */
  join(person: Person, token: string | null): Reply<null> {
    const { membership, memberChanges } = this.#room;
    const facts = membership.facts(person.id);
    const refusal = refuseJoin(facts);
    if (refusal !== null) return refusal;
    if (facts.role !== null) return ok(null);
    const isPrivate = facts.visibility === "private";
    const invitation = isPrivate && token !== null ? this.#find(token) : null;
    if (isPrivate && invitation === null) return token === null ? closed : notValid;
    const full = membership.refuseOneMore();
    if (full !== null) return full;
    memberChanges.admit({ by: person, subject: person }, "member", (historyFrom) => {
      if (invitation !== null) this.#invitations.use(invitation.id);
      this.#room.members.add(person.id, "member", Date.now(), historyFrom);
    });
    return ok(null);
  }

  /** Every good invitation for who manages them, the own ones for others who may invite. */
  invitations({ person, standing }: Caller): Reply<readonly Invitation[]> {
    const { profile } = this.#room.meta;
    const all = this.#invitations.all(Date.now());
    if (isAllowed(standing, "manageInvitations", profile)) return ok(all);
    if (!isAllowed(standing, "invite", profile)) return mayNotInvite;
    return ok(all.filter(({ createdBy }) => createdBy.id === person.id));
  }

  /** A new invitation; its token is shown this once. */
  invite({ person, standing }: Caller, terms: InvitationTerms): Reply<NewInvitation> {
    const refusal = this.#refuseInvite(standing);
    if (refusal !== null) return refusal;
    const nowMs = Date.now();
    const { id, token } = this.#room.storage.transactionSync(() => {
      this.#moderation.note({ by: person.id, action: "invite" }, nowMs);
      return this.#invitations.add(person.id, terms, nowMs);
    });
    return ok({
      id,
      createdBy: person,
      createdAtMs: nowMs,
      expiresAtMs: terms.expiresAtMs,
      usesLeft: terms.uses,
      token,
    });
  }

  /** Everybody takes back their own; who may manage them, any. Others learn nothing of which there are. */
  revoke({ person, standing }: Caller, id: string): Reply<null> {
    const nowMs = Date.now();
    const invitation = this.#invitations.all(nowMs).find((one) => one.id === id);
    const isOwn = invitation?.createdBy.id === person.id;
    if (!isOwn && !isAllowed(standing, "manageInvitations", this.#room.meta.profile)) {
      return fail("forbidden", "this is not an invitation of yours");
    }
    if (invitation === undefined) return fail("notFound", "the room has no such invitation");
    this.#room.storage.transactionSync(() => {
      this.#invitations.remove(id);
      this.#moderation.note({ by: person.id, action: "revoke", subject: invitation.createdBy.id }, nowMs);
    });
    return ok(null);
  }

  /** An invitation is as good as its maker's right to invite: who lost it lets nobody in. */
  #find(token: string): Invitation | null {
    const invitation = this.#invitations.byToken(token, Date.now());
    if (invitation === null) return null;
    const { role, isBanned } = this.#room.membership.facts(invitation.createdBy.id);
    const mayInvite = !isBanned && isAllowed(role ?? "guest", "invite", this.#room.meta.profile);
    return mayInvite ? invitation : null;
  }

  #refuseInvite(standing: Caller["standing"]): Refusal | null {
    const { kind, meta } = this.#room;
    if (kind !== "named") return fail("forbidden", "only created rooms have invitations");
    if (!isAllowed(standing, "invite", meta.profile)) return mayNotInvite;
    return this.#invitations.all(Date.now()).length < limits.INVITATIONS_PER_ROOM_MAX
      ? null
      : fail("conflict", `a room has at most ${limits.INVITATIONS_PER_ROOM_MAX} invitations: revoke one first`);
  }
}
