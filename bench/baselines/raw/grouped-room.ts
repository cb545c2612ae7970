import type { RawEvent, RawFrame } from "./raw-frame.ts";
import { RawRoom } from "./raw-room.ts";

type Send = { readonly user: number; readonly body: string; readonly settle: (event: RawEvent) => void };

/**
 * Group commit and array frames: what came in by the time that a timer of 0 ms runs is one transaction, one ack a sender and one
 * frame a socket. The runtime runs timers when it has nothing left to read, so this is as much at once as there can be.
 */
export class GroupedRoom extends RawRoom {
  readonly #acks = new Map<WebSocket, [id: string, seq: number][]>();
  #waiting: Send[] = [];

  override async webSocketMessage(socket: WebSocket, text: string): Promise<void> {
    const { id, body } = JSON.parse(text) as { readonly id: string; readonly body: string };
    const user = socket.deserializeAttachment() as number;
    const settle = ({ seq }: RawEvent) => {
      const own = this.#acks.get(socket);
      if (own === undefined) this.#acks.set(socket, [[id, seq]]);
      else own.push([id, seq]);
    };
    this.#take({ user, body, settle });
  }

  // RPC

  /** Resolves when the message is on disk. */
  push(user: number, body: string): Promise<number> {
    return new Promise((resolve) => this.#take({ user, body, settle: ({ seq }) => resolve(seq) }));
  }

  #take(send: Send): void {
    this.#waiting.push(send);
    if (this.#waiting.length === 1) setTimeout(() => void this.#commit(), 0);
  }

  async #commit(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    const at = Date.now();
    const events = this.ctx.storage.transactionSync(() => batch.map(({ user, body }) => this.append(user, body, at)));
    await this.ctx.storage.sync();
    for (const [i, { settle }] of batch.entries()) settle(events[i] as RawEvent);
    for (const [socket, ok] of this.#acks) socket.send(JSON.stringify({ ok } satisfies RawFrame));
    this.#acks.clear();
    this.broadcast(events);
  }
}
