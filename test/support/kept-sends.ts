import { expect } from "vitest";
import { GochatTcp } from "./gochat-tcp.ts";
import { readLog, type User } from "./rest.ts";

/** Somebody who sends over TCP with ids, and what the server said to each: taken (op 7) or refused. */
export class KeptSends {
  readonly user: User;
  readonly roomId: number;
  readonly client: GochatTcp;
  readonly sent: string[] = [];

  private constructor(user: User, roomId: number, client: GochatTcp) {
    this.user = user;
    this.roomId = roomId;
    this.client = client;
  }

  /** Takes a seat, for which the edge must be up. */
  static async join(port: number, url: string, user: User, roomId: number): Promise<KeptSends> {
    return new KeptSends(user, roomId, await GochatTcp.join(port, url, user.token, roomId));
  }

  /** Sends so many without waiting. Answers their ids, which are their texts. */
  send(count: number, label: string): readonly string[] {
    const ids = Array.from({ length: count }, (_, i) => `${this.user.name}.${label}.${i}`);
    for (const id of ids) this.client.say(this.roomId, id, id);
    this.sent.push(...ids);
    return ids;
  }

  get taken(): readonly string[] {
    return this.client.taken;
  }

  /** The ids that were refused. */
  get refused(): readonly string[] {
    return this.client.refused.flatMap(({ op, msgId }) => (op === 3 && msgId !== undefined ? [msgId] : []));
  }

  /** Resolves when every send has its answer. */
  async answered(): Promise<void> {
    const count = () => this.taken.length + this.refused.length;
    await expect.poll(count, { timeout: 20_000 }).toBe(this.sent.length);
  }

  /** What the log has of this user, in its order. */
  async logged(url: string): Promise<readonly string[]> {
    const log = await readLog(url, this.user.token, `${this.roomId}`);
    return log.flatMap(({ from, body }) => (from.id === this.user.id ? [body ?? ""] : []));
  }
}
