import type { DirectMessage } from "../../contracts/gochat.ts";
import type { EndedSession, UserNews } from "../../contracts/objects.ts";
import type { Session } from "../../contracts/services.ts";
import type { Places, RosterNews } from "./mail.ts";

/** What a place does when it is told: answers how many sockets it closed, fails, or keeps the caller waiting. */
export type Behaviour = number | Promise<number> | "fail" | "hang";

/** Rooms and carriers for tests: they note what they are told and behave as asked. */
export class FakePlaces implements Places {
  readonly behaviour = new Map<string, Behaviour>();
  readonly revoked: { readonly place: string; readonly ids: readonly string[] }[] = [];
  /** Who is gone, as each place was told: once for each session. */
  readonly removed: { readonly place: string; readonly userIds: readonly (number | undefined)[] }[] = [];
  readonly direct: { readonly carrier: string; readonly messages: readonly DirectMessage[] }[] = [];
  /** What each shard of the list learned. */
  readonly listed: { readonly shard: string; readonly news: RosterNews }[] = [];
  /** What each room learned of the user, and whom the list of reports forgot. */
  readonly learned: { readonly place: string; readonly userId: number; readonly news: UserNews }[] = [];
  running = 0;
  mostRunning = 0;

  readonly DIRECTORY = { getByName: () => ({ entrusted: async () => null, release: async () => {} }) };
  readonly ROOM = {
    getByName: (name: string) => ({
      revoke: this.#revoke(`room:${name}`),
      learn: (userId: number, news: UserNews) => this.#learn(`room:${name}`, userId, news),
    }),
  };
  readonly REPORTS = {
    getByName: () => ({ erase: (userId: number) => this.#learn("reports", userId, { type: "erase" }) }),
  };
  readonly CARRIER = {
    getByName: (name: string) => ({
      revoke: this.#revoke(`carrier:${name}`),
      direct: async (_userId: number, messages: readonly DirectMessage[]) => {
        await this.#behave(`carrier:${name}`);
        this.direct.push({ carrier: name, messages });
      },
    }),
  };

  readonly ROSTER = {
    getByName: (shard: string) => ({
      began: (userId: number, userName: string, session: Session) =>
        this.#list(shard, { type: "began", userId, userName, session }),
      ended: (userId: number, sessionIds: readonly string[], untilMs: number) =>
        this.#list(shard, { type: "ended", userId, sessionIds, untilMs }),
    }),
  };

  async #learn(place: string, userId: number, news: UserNews): Promise<void> {
    await this.#behave(place);
    this.learned.push({ place, userId, news });
  }

  async #list(shard: string, news: RosterNews): Promise<void> {
    await this.#behave(`roster:${shard}`);
    this.listed.push({ shard, news });
  }

  #revoke(place: string) {
    return async (sessions: readonly EndedSession[]) => {
      this.running++;
      this.mostRunning = Math.max(this.mostRunning, this.running);
      const closed = await this.#behave(place).finally(() => this.running--);
      this.revoked.push({ place, ids: sessions.map(({ id }) => id) });
      this.removed.push({ place, userIds: sessions.map(({ removedUserId }) => removedUserId) });
      return closed;
    };
  }

  async #behave(place: string): Promise<number> {
    const behaviour = this.behaviour.get(place) ?? 1;
    if (behaviour === "fail") throw new Error("not reachable");
    return behaviour === "hang" ? new Promise<number>(() => {}) : behaviour;
  }
}
