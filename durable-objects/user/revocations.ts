import { limits } from "../../contracts/limits.ts";
import { type EndedSession, type Place, rosterShard } from "../../contracts/objects.ts";
import type { Ended } from "../../contracts/services.ts";
import type { Mail, NewsLetter } from "./mail.ts";
import type { Attachment, DeadSession, SessionStore } from "./session-store.ts";

/** Sessions that are dead in storage, and the letters that places and the list of sessions still have to get. */
export type Ending = {
  readonly sessionIds: readonly string[];
  readonly letters: readonly NewsLetter[];
  readonly roster: readonly NewsLetter[];
};

type Mark = Pick<EndedSession, "removedUserId">;

/** Ends sessions: first here, then in every room and carrier where they acted, until each of them answered. [P7] */
export class Revocations {
  readonly #sessions: SessionStore;
  readonly #mail: Mail;
  readonly #closeOwn: (sessionIds: ReadonlySet<string>) => number;

  /** `closeOwn` closes the user object's own sockets of these sessions and answers how many there were. */
  constructor(sessions: SessionStore, mail: Mail, closeOwn: (sessionIds: ReadonlySet<string>) => number) {
    this.#sessions = sessions;
    this.#mail = mail;
    this.#closeOwn = closeOwn;
  }

  /** Marks sessions of a user dead and stores what others must learn. Call it in a transaction. [RV1] [SE11] */
  end(userId: number, ids: readonly string[], nowMs: number): Ending {
    return this.#end(userId, ids, nowMs, {});
  }

  /** The same for a user who was removed: places learn that too. [RV7] */
  endRemoved(userId: number, ids: readonly string[], nowMs: number): Ending {
    return this.#end(userId, ids, nowMs, { removedUserId: userId });
  }

  /** Tells everybody and waits a while; what did not answer is told again. The answer is about places. [RV2] [RV3] */
  async tell({ sessionIds, letters, roster }: Ending): Promise<Ended> {
    const own = this.#closeOwn(new Set(sessionIds));
    const [{ answers, pending }] = await Promise.all([
      this.#mail.deliver(letters, limits.REVOKE_WAIT_MS_MAX),
      this.#mail.deliver(roster, limits.ROSTER_WAIT_MS_MAX),
    ]);
    return { sessions: sessionIds.length, closed: answers.reduce((sum, closed) => sum + closed, own), pending };
  }

  #end(userId: number, ids: readonly string[], nowMs: number, mark: Mark): Ending {
    const { ended, attachments } = this.#sessions.end(ids, nowMs);
    const byTarget = Map.groupBy(attachments, ({ place }) => toTarget(place));
    const letters = [...byTarget].map(([target, list]) => this.#mail.post(target, toSessions(list, mark), nowMs));
    const roster = this.#unlist(userId, ended, nowMs);
    return { sessionIds: ended.map(({ id }) => id), letters, roster };
  }

  #unlist(userId: number, ended: readonly DeadSession[], nowMs: number): readonly NewsLetter[] {
    if (ended.length === 0) return [];
    const sessionIds = ended.map(({ id }) => id);
    const untilMs = ended.reduce((latest, { expiresAtMs }) => Math.max(latest, expiresAtMs), 0);
    return [this.#mail.post(`roster:${rosterShard(userId)}`, { type: "ended", userId, sessionIds, untilMs }, nowMs)];
  }
}

// On each session, not beside them: letters of the version before and places of that version stay readable as they are.
function toSessions(attachments: readonly Attachment[], mark: Mark): readonly EndedSession[] {
  return attachments.map(({ session }) => ({ ...session, ...mark }));
}

function toTarget({ kind, name }: Place): string {
  return `${kind}:${name}`;
}
