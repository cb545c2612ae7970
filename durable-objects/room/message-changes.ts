import type { RoomEvent } from "../../contracts/event.ts";
import { isAllowed, type Standing } from "../../contracts/permissions.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Change, VersionPage, VersionQuery } from "../../contracts/services.ts";
import { Reactions } from "./reactions.ts";
import { VersionStore } from "./version-store.ts";

type MessageRow = {
  kind: string;
  actor: number;
  body: string | null;
  edit_seq: number | null;
  reactions: string | null;
};
/** A message, and who acts on it as what. */
type Act = { readonly message: MessageRow; readonly userId: number; readonly standing: Standing };

/** Who looks at a message, as what, and the oldest seq that is for them. What is their own is always theirs. [RO13] */
export type Reading = { readonly userId: number; readonly standing: Standing; readonly visibleFrom: number };
/** Who changes a message, and the seq that the change gets. */
export type Changing = Reading & { readonly seq: number };
/** A change that was written: what its event says, and the events that read differently from now on. */
export type Applied = {
  readonly event: Pick<RoomEvent, "target" | "body" | "reaction">;
  readonly touched: readonly number[];
};

/** What becomes of messages after they were sent. Called within the log's transaction; a refusal has written nothing. */
export class MessageChanges {
  readonly #sql: SqlStorage;
  readonly #versions: VersionStore;
  readonly #reactions: Reactions;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#versions = new VersionStore(sql);
    this.#reactions = new Reactions(sql);
  }

  /** Changes a message for somebody who may; null when it is already as the change wants it. */
  apply(change: Change, by: Changing): Reply<Applied | null> {
    const found = this.#find(change.seq, by);
    if (!found.ok) return found;
    const message = found.value;
    const refusal = refuseChange(change, { ...by, message });
    if (refusal !== null) return refusal;
    if (change.type === "delete") return this.#delete(change.seq, message);
    if (change.type === "pin") return fail("unsupported");
    if (message.body === null) return fail("conflict", "the message was deleted");
    return change.type === "edit"
      ? this.#edit(change.seq, message, change.body, by.seq)
      : this.#react(change, message.reactions, by.userId);
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
      "SELECT kind, actor, body, edit_seq, reactions FROM event WHERE seq = ?",
      seq,
    );
    if (row === undefined || (seq < visibleFrom && row.actor !== userId)) {
      return fail("notFound", "the room has no message of this seq");
    }
    return row.kind === "message" ? ok(row) : fail("badRequest", "this seq is not a message's");
  }

  #edit(seq: number, message: MessageRow, body: string, editSeq: number): Reply<Applied | null> {
    if (message.body === body) return ok(null);
    this.#versions.keep(seq);
    this.#sql.exec("UPDATE event SET body = ?, edit_seq = ? WHERE seq = ?", body, editSeq, seq);
    return ok({ event: { target: seq, body }, touched: [seq, ...newestEdit(message)] });
  }

  #delete(seq: number, message: MessageRow): Reply<Applied | null> {
    if (message.body === null) return ok(null);
    this.#versions.drop(seq);
    this.#reactions.drop(seq);
    this.#sql.exec("UPDATE event SET body = NULL, edit_seq = NULL, reactions = NULL WHERE seq = ?", seq);
    return ok({ event: { target: seq }, touched: [seq, ...newestEdit(message)] });
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
  if (type === "edit" && !own) return fail("forbidden", "only its author may edit a message");
  if (type === "edit") return isAllowed(standing, "editOwn") ? null : fail("forbidden");
  return isAllowed(standing, own ? "deleteOwn" : "deleteAny") ? null : fail("forbidden", "this message is not yours");
}
