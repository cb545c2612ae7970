import type { DirectMessage } from "../../contracts/gochat.ts";
import type { EndedSession, UserNews } from "../../contracts/objects.ts";
import type { Glance } from "../../contracts/rooms.ts";
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
  glancing = 0;
  mostGlancing = 0;
  running = 0;
  mostRunning = 0;

  readonly DIRECTORY = { getByName: () => ({ entrusted: async () => null, release: async () => {} }) };
  /** What each room was told of a user, and how late that is. */
  readonly learned: {
    readonly room: string;
    readonly userId: number;
    readonly news: UserNews;
    readonly stamp: number;
  }[] = [];
  /** Whom the list of reports forgot. */
  readonly forgotten: number[] = [];
  /** Which rooms were asked to watch, in this order. */
  readonly watched: string[] = [];
  /** How rooms look to the user; one that is not here answers that it is not the user's. */
  readonly glances = new Map<string, Glance>();

  readonly ROOM = {
    getByName: (name: string) => ({
      revoke: this.#revoke(`room:${name}`),
      learn: async (userId: number, news: UserNews, stamp: number) => {
        await this.#behave(`room:${name}`);
        this.learned.push({ room: name, userId, news, stamp });
      },
      watch: async () => {
        await this.#behave(`room:${name}`);
        this.watched.push(name);
      },
      glance: async () => {
        this.glancing++;
        this.mostGlancing = Math.max(this.mostGlancing, this.glancing);
        await this.#behave(`room:${name}`).finally(() => this.glancing--);
        return this.glances.get(name) ?? null;
      },
    }),
  };
  readonly REPORTS = {
    getByName: () => ({
      erase: async (userId: number) => {
        await this.#behave("reports");
        this.forgotten.push(userId);
      },
    }),
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
