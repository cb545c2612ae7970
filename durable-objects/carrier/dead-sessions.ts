import type { EndedSession } from "../../contracts/objects.ts";

/** Sessions that ended, until they would have expired by themselves. [RR4] */
export class DeadSessions {
  readonly #expiry = new Map<string, number>();

  has(sessionId: string): boolean {
    return this.#expiry.has(sessionId);
  }

  add(sessions: readonly EndedSession[]): void {
    const now = Date.now();
    for (const [id, expiresAtMs] of this.#expiry) if (expiresAtMs < now) this.#expiry.delete(id);
    for (const { id, expiresAtMs } of sessions) this.#expiry.set(id, expiresAtMs);
  }
}
