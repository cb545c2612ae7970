import { DurableObject } from "cloudflare:workers";
import type { RosterStub } from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import type { Session } from "../../contracts/services.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { Jobs } from "../lib/jobs.ts";
import { migrate } from "../lib/migrate.ts";
import { migrations } from "./migrations.ts";
import { type ListedSession, RosterStore } from "./roster-store.ts";

// Expired sessions are not listed; only their rows wait for this.
const PURGE_MS_MIN = 3_600_000;

/** A shard of the list of live sessions. News of it may come twice and in any order: the end always wins. [SE11] */
export class RosterObject extends DurableObject<ObjectEnv> implements RosterStub {
  static {
    receiveCalls(RosterObject.prototype, { object: "roster" });
  }
  readonly #sessions = new RosterStore(this.ctx.storage.sql);
  readonly #jobs = new Jobs(this.ctx.storage, { purge: (nowMs) => this.#purge(nowMs) });

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, env);
    migrate(ctx.storage, migrations);
  }

  // RPC

  /** Lists a session until it ends or expires. */
  async began(userId: number, userName: string, session: Session): Promise<void> {
    // Its mark may be gone by now, and nobody would ask for it again.
    if (session.expiresAtMs <= Date.now()) return;
    this.#sessions.add(userId, userName, session);
    await this.#jobs.schedule("purge", session.expiresAtMs);
  }

  /** Takes sessions of a user off the list for good. */
  async ended(userId: number, sessionIds: readonly string[], untilMs: number): Promise<void> {
    if (untilMs <= Date.now()) return;
    this.#sessions.end(userId, sessionIds, untilMs);
    await this.#jobs.schedule("purge", untilMs);
  }

  /** The live sessions of this shard, the newest first. */
  async live(limit: number): Promise<readonly ListedSession[]> {
    return this.#sessions.live(limit, Date.now());
  }

  // Alarm

  override async alarm(): Promise<void> {
    await this.#jobs.run();
  }

  #purge(nowMs: number): number | undefined {
    const next = this.#sessions.purge(nowMs);
    return next === undefined ? undefined : Math.max(next, nowMs + PURGE_MS_MIN);
  }
}
