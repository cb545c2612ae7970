import type { RoomEvent } from "../../contracts/event.ts";
import { isAllowed, type Standing } from "../../contracts/permissions.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Change, VersionPage, VersionQuery } from "../../contracts/services.ts";
import { decodeMentions, encodeMentions } from "./event-store.ts";
import { ModerationLog } from "./moderation/moderation-log.ts";
import { Reactions } from "./reactions.ts";
import type { Mentioned, Mentions } from "./talk/mentions.ts";
import { PinStore } from "./talk/pin-store.ts";
import { VersionStore } from "./version-store.ts";

type MessageRow = {
  kind: string;
  actor: number;
  body: string | null;
  edit_seq: number | null;
  reactions: string | null;
  mentions: string | null;
};
/** A message, and who acts on it as what. */
type Act = { readonly message: MessageRow; readonly userId: number; readonly standing: Standing };

/** Who looks at a message, as what, and the oldest seq that is for them. What is their own is always theirs. [RO13] */
export type Reading = { readonly userId: number; readonly standing: Standing; readonly visibleFrom: number };
/** Who changes a message, and the seq and the time that the change gets. */
export type Changing = Reading & { readonly seq: number; readonly at: number };
/** A change that was written: what its event says, and the events that read differently from now on. */
export type Applied = {
  readonly event: Pick<RoomEvent, "target" | "body" | "reaction" | "pinned"> & Mentioned;
  readonly touched: readonly number[];
};

/** What becomes of messages after they were sent. Called within the log's transaction; a refusal has written nothing. */
export class MessageChanges {
  readonly #sql: SqlStorage;
  readonly #versions: VersionStore;
  readonly #reactions: Reactions;
  readonly #mentions: Mentions;
  readonly #pins: PinStore;
  readonly #moderation: ModerationLog;

  constructor(sql: SqlStorage, mentions: Mentions) {
    this.#sql = sql;
    this.#mentions = mentions;
    this.#pins = new PinStore(sql);
    this.#versions = new VersionStore(sql);
    this.#reactions = new Reactions(sql);
    this.#moderation = new ModerationLog(sql);
  }

  /** Changes a message for somebody who may; null when it is already as the change wants it. */
  apply(change: Change, by: Changing): Reply<Applied | null> {
    const found = this.#find(change.seq, by);
    if (!found.ok) return found;
    const message = found.value;
    const refusal = refuseChange(change, { ...by, message });
    if (refusal !== null) return refusal;
    if (change.type === "delete") return this.#delete(change.seq, message, by);
    if (message.body === null) return fail("conflict", "the message was deleted");
    if (change.type === "pin") return this.#pin(change, by);
    return change.type === "edit" ? this.#edit(change, message, by) : this.#react(change, message.reactions, by.userId);
  }

  /** For the author, and for who may read everybody's. [ED6] */
  versions(query: VersionQuery, by: Reading): Reply<VersionPage> {
    const found = this.#find(query.seq, by);
    if (!found.ok) return found;
    const mayRead = isAllowed(by.standing, found.value.actor === by.userId ? "readOwnVersions" : "readVersions");
    return mayRead ? ok(this.#versions.page(query)) : fail("forbidden", "only its author and moderators may read this");
  }

  #find(seq: number, { userId, visibleFrom }: Reading): Reply<MessageRow> {
    const [row] = this.#sql.exec<MessageRow>(
      "SELECT kind, actor, body, edit_seq, reactions, mentions FROM event WHERE seq = ?",
      seq,
    );
    if (row === undefined || (seq < visibleFrom && row.actor !== userId)) {
      return fail("notFound", "the room has no message of this seq");
    }
    return row.kind === "message" ? ok(row) : fail("badRequest", "this seq is not a message's");
  }

  #edit(
    { seq, body }: Extract<Change, { readonly type: "edit" }>,
    message: MessageRow,
    by: Changing,
  ): Reply<Applied | null> {
    if (message.body === body) return ok(null);
    const mentioned = this.#mentions.of({ body, standing: by.standing });
    this.#mentions.drop(seq, decodeMentions(message.mentions));
    this.#mentions.note(seq, message.actor, mentioned);
    this.#versions.keep(seq);
    this.#sql.exec(
      "UPDATE event SET body = ?, edit_seq = ?, mentions = ? WHERE seq = ?",
      body,
      by.seq,
      encodeMentions(mentioned),
      seq,
    );
    return ok({ event: { target: seq, body, ...mentioned }, touched: [seq, ...newestEdit(message)] });
  }

  /** What somebody else takes away is noted apart from the timeline. [MO7] */
  #delete(seq: number, message: MessageRow, { userId, at }: Changing): Reply<Applied | null> {
    if (message.body === null) return ok(null);
    const { actor: subject } = message;
    if (subject !== userId) this.#moderation.note({ by: userId, action: "delete", subject, seq }, at);
    this.#versions.drop(seq);
    this.#reactions.drop(seq);
    this.#mentions.drop(seq, decodeMentions(message.mentions));
    this.#pins.drop(seq);
    this.#sql.exec(
      "UPDATE event SET body = NULL, edit_seq = NULL, reactions = NULL, mentions = NULL WHERE seq = ?",
      seq,
    );
    return ok({ event: { target: seq }, touched: [seq, ...newestEdit(message)] });
  }

  #pin({ seq, on }: Extract<Change, { readonly type: "pin" }>, { userId, at }: Changing): Reply<Applied | null> {
    const set = this.#pins.set({ seq, on, userId, at });
    if (!set.ok) return set;
    return ok(set.value ? { event: { target: seq, pinned: on }, touched: [] } : null);
  }

  #react(
    { seq, emoji, on }: Extract<Change, { readonly type: "react" }>,
    counted: string | null,
    userId: number,
  ): Reply<Applied | null> {
    const reaction = this.#reactions.set({ seq, emoji, userId, on }, counted);
    if (!reaction.ok) return reaction;
    return ok(reaction.value === null ? null : { event: { target: seq, reaction: reaction.value }, touched: [seq] });
  }
}

/** The event of the edit that was the newest until now: it does not say the text any more. */
function newestEdit({ edit_seq }: MessageRow): readonly number[] {
  return edit_seq === null ? [] : [edit_seq];
}

/** Authors edit their own, whoever is what; the rest says the table. [ED5] */
function refuseChange({ type }: Change, { message, userId, standing }: Act): Refusal | null {
  const own = message.actor === userId;
  if (type === "react") return isAllowed(standing, "react") ? null : fail("forbidden");
  if (type === "pin") return isAllowed(standing, "pin") ? null : fail("forbidden", "you may not pin messages here");
  if (type === "edit" && !own) return fail("forbidden", "only its author may edit a message");
  if (type === "edit") return isAllowed(standing, "editOwn") ? null : fail("forbidden");
  return isAllowed(standing, own ? "deleteOwn" : "deleteAny") ? null : fail("forbidden", "this message is not yours");
}
