import type { DirectMessage } from "../../contracts/gochat.ts";
import type { Places } from "./revocations.ts";
import type { DeadSession } from "./session-store.ts";

/** What a place does when it is told: answers how many sockets it closed, fails, or keeps the caller waiting. */
export type Behaviour = number | Promise<number> | "fail" | "hang";

/** Rooms and carriers for tests: they note what they are told and behave as asked. */
export class FakePlaces implements Places {
  readonly behaviour = new Map<string, Behaviour>();
  readonly revoked: { readonly place: string; readonly ids: readonly string[] }[] = [];
  readonly direct: { readonly carrier: string; readonly messages: readonly DirectMessage[] }[] = [];
  running = 0;
  mostRunning = 0;

  readonly DIRECTORY = { getByName: () => ({ entrusted: async () => null, release: async () => {} }) };
  readonly ROOM = { getByName: (name: string) => ({ revoke: this.#revoke(`room:${name}`) }) };
  readonly CARRIER = {
    getByName: (name: string) => ({
      revoke: this.#revoke(`carrier:${name}`),
      direct: async (_userId: number, messages: readonly DirectMessage[]) => {
        await this.#behave(`carrier:${name}`);
        this.direct.push({ carrier: name, messages });
      },
    }),
  };

  #revoke(place: string) {
    return async (sessions: readonly DeadSession[]) => {
      const closed = await this.#behave(place);
      this.revoked.push({ place, ids: sessions.map(({ id }) => id) });
      return closed;
    };
  }

  async #behave(place: string): Promise<number> {
    const behaviour = this.behaviour.get(place) ?? 1;
    if (behaviour === "fail") throw new Error("not reachable");
    if (behaviour === "hang") return new Promise<number>(() => {});
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    await Promise.resolve();
    this.running--;
    return behaviour;
  }
}
