import { limits } from "../../contracts/limits.ts";
import type { CarrierStub, DirectoryStub, Namespace, Place, RoomStub } from "../../contracts/objects.ts";
import type { Ended } from "../../contracts/services.ts";
import type { Jobs } from "../lib/jobs.ts";
import { type Letter, Outbox, RETRY_MS_MIN } from "../lib/outbox.ts";
import type { Attachment, DeadSession, SessionStore } from "./session-store.ts";

/** Whom a user object calls: the places where sessions act, and the directory. */
export type Places = {
  readonly DIRECTORY: Namespace<Pick<DirectoryStub, "entrusted" | "release">>;
  readonly ROOM: Namespace<Pick<RoomStub, "revoke">>;
  readonly CARRIER: Namespace<Pick<CarrierStub, "revoke" | "direct">>;
};
type News = Letter<readonly DeadSession[]>;
/** Sessions that are dead in storage, and the letters that places still have to get. */
export type Ending = { readonly sessions: number; readonly letters: readonly News[] };

/** Ends sessions: first here, then in every room and carrier where they acted, until each of them answered. [P7] */
export class Revocations {
  readonly #sessions: SessionStore;
  readonly #outbox: Outbox<readonly DeadSession[], number>;
  readonly #jobs: Jobs;

  constructor(sql: SqlStorage, env: Places, sessions: SessionStore, jobs: Jobs) {
    this.#sessions = sessions;
    this.#jobs = jobs;
    this.#outbox = new Outbox(sql, ({ target, body }) => tell(env, target, body));
  }

  /** Marks sessions dead and stores what their places must learn. Call it in a transaction. [RV1] */
  end(ids: readonly string[], nowMs: number): Ending {
    const { sessions, attachments } = this.#sessions.end(ids, nowMs);
    const byTarget = Map.groupBy(attachments, ({ place }) => toTarget(place));
    const letters = [...byTarget].map(([target, list]) => this.#outbox.post(target, list.map(toSession), nowMs));
    return { sessions, letters };
  }

  /** Tells the places and waits a while; the alarm goes on with those that did not answer. [RV2] [RV3] */
  async tell({ sessions, letters }: Ending): Promise<Ended> {
    if (letters.length === 0) return { sessions, closed: 0, pending: 0 };
    // Before the first call: whoever dies while it waits is woken by the alarm.
    await this.#jobs.schedule("revoke", Date.now() + RETRY_MS_MIN);
    const { answers, pending } = await this.#outbox.deliver(letters, limits.REVOKE_WAIT_MS_MAX);
    return { sessions, closed: answers.reduce((sum, closed) => sum + closed, 0), pending };
  }

  /** The job: carries on until every place has answered. */
  drain(nowMs: number): Promise<number | undefined> {
    return this.#outbox.drain(nowMs);
  }

  /** Makes sure that letters of an earlier life have a job: a crash while the job ran would have taken it along. */
  async resume(): Promise<void> {
    const dueMs = this.#outbox.nextDueMs();
    if (dueMs !== undefined) await this.#jobs.schedule("revoke", dueMs);
  }
}

function toSession({ session }: Attachment): DeadSession {
  return session;
}

function toTarget({ kind, name }: Place): string {
  return `${kind}:${name}`;
}

function tell(env: Places, target: string, sessions: readonly DeadSession[]): Promise<number> {
  const at = target.indexOf(":");
  const name = target.slice(at + 1);
  const place = target.slice(0, at) === "room" ? env.ROOM.getByName(name) : env.CARRIER.getByName(name);
  return place.revoke(sessions);
}
