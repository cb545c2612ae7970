import type { RoomConnection } from "../../client/connect-room.ts";
import { request, roomPath } from "./rest.ts";

/** What a publisher was told: this id stands at this seq. */
export type Acked = { readonly id: string; readonly seq: number };

/** Sends one message after the other until stop(), each with an id of its own, and keeps every ack. */
export class Publisher {
  readonly acked: Acked[] = [];
  readonly done: Promise<void>;
  readonly #send: (id: string) => Promise<number>;
  #stopped = false;

  constructor(name: string, send: (id: string) => Promise<number>) {
    this.#send = send;
    this.done = this.#run(name);
  }

  /** Through the client library, which resends by itself. */
  static overSocket(name: string, room: RoomConnection): Publisher {
    return new Publisher(name, async (id) => (await room.send(id, { id })).seq);
  }

  /** Over REST: the same Idempotency-Key until there is an answer. */
  static overRest(name: string, url: string, token: string, room: string): Publisher {
    return new Publisher(name, (id) => sendUntilAnswered(url, token, room, id));
  }

  /** Resolves when the last send is answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.done;
  }

  async #run(name: string): Promise<void> {
    for (let i = 1; !this.#stopped; i++) {
      const id = `${name}.${i}`;
      this.acked.push({ id, seq: await this.#send(id) });
    }
  }
}

async function sendUntilAnswered(url: string, token: string, room: string, id: string): Promise<number> {
  for (;;) {
    const options = { token, body: { body: id }, headers: { "idempotency-key": id } };
    const answer = await request(url, "POST", `${roomPath(room)}/messages`, options).catch(() => null);
    if (answer !== null && answer.status < 300) return (answer.body as { seq: number }).seq;
    if (answer !== null && answer.status < 500) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    await new Promise((resolve) => setTimeout(resolve, 25)); // the server is down: dial again a little later
  }
}
