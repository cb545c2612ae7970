import type { Socket } from "node:net";
import type { Connection } from "./connection.ts";
import { Retransmissions } from "./retransmissions.ts";

const TICK_MS = 1_000;
/** gochat's own period. [TC6] */
const PING_MS = 54_000;
const LOOK_MS = 10_000;

/** One timer each for all connections: deadlines, signs of life, and peers that vanished. */
export class Heart {
  readonly #connections: ReadonlyMap<Socket, Connection>;
  readonly #retransmissions = new Retransmissions();
  #timers: readonly NodeJS.Timeout[] = [];

  constructor(connections: ReadonlyMap<Socket, Connection>) {
    this.#connections = connections;
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.#each((connection) => connection.tick(Date.now())), TICK_MS),
      setInterval(() => this.#each((connection) => connection.ping()), PING_MS),
      setInterval(() => void this.#look(), LOOK_MS),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #look(): Promise<void> {
    const sockets = this.#connections.keys();
    for (const socket of await this.#retransmissions.overdue(sockets, Date.now())) {
      this.#connections.get(socket)?.vanish();
    }
  }

  #each(act: (connection: Connection) => void): void {
    for (const connection of this.#connections.values()) act(connection);
  }
}
