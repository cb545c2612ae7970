import { expect } from "vitest";
import { GochatTcp } from "./gochat-tcp.ts";
import type { User } from "./rest.ts";

const DIALS_AT_ONCE = 100;

/** Many TCP clients of one room, shared out to a few users. */
export class TcpCrowd {
  readonly clients: readonly GochatTcp[];

  private constructor(clients: readonly GochatTcp[]) {
    this.clients = clients;
  }

  /** Opens and binds them all, and answers when every seat stands. */
  static async gather(port: number, users: readonly User[], count: number, roomId: number): Promise<TcpCrowd> {
    const clients: GochatTcp[] = [];
    while (clients.length < count) {
      const some = Math.min(DIALS_AT_ONCE, count - clients.length);
      clients.push(...(await Promise.all(Array.from({ length: some }, () => GochatTcp.open(port)))));
    }
    for (const [i, client] of clients.entries()) client.bind(users[i % users.length]?.token ?? "", roomId);
    // A bind has no answer of its own: room info comes to whoever sits.
    await Promise.all(clients.map((client) => client.next(5)));
    return new TcpCrowd(clients);
  }

  /** Resolves when each of them has as many messages, and answers the different lists of them that there are. */
  async heard(count: number, timeout: number): Promise<readonly string[]> {
    const behind = () => this.clients.filter(({ texts }) => texts.length < count).length;
    await expect.poll(behind, { timeout, interval: 100 }).toBe(0);
    return [...new Set(this.clients.map(({ texts }) => texts.join(" ")))];
  }

  close(): void {
    for (const client of this.clients) client.terminate();
  }
}
