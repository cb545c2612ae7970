import type { RoomEvent } from "../../../contracts/event.ts";
import { type ClientFrame, PING, PONG, type ServerFrame } from "../../../contracts/native.ts";

const you = { id: 1, name: "ann", session: "s", read: 0, unread: 0 };

/** The room's end of a native socket. It answers hellos like a room whose head is `head`, and says what a test tells it to. */
export class FakeRoom {
  /** The client's end, for the answer to an upgrade. */
  readonly client: WebSocket;
  readonly heard: ClientFrame[] = [];
  readonly closed: Promise<number>;
  /** How often it was asked whether it is there. */
  pings = 0;
  readonly #server: WebSocket;
  readonly #head: number;

  constructor(head = 0) {
    const { 0: client, 1: server } = new WebSocketPair();
    this.client = client;
    this.#server = server;
    this.#head = head;
    this.closed = new Promise((resolve) => server.addEventListener("close", ({ code }) => resolve(code)));
    server.addEventListener("message", ({ data }) => this.#hear(String(data)));
    server.accept();
  }

  /** Answers the upgrade. */
  upgrade(): Response {
    return new Response(null, { status: 101, webSocket: this.client });
  }

  say(...frames: readonly ServerFrame[]): void {
    this.#server.send(JSON.stringify(frames));
  }

  /** Says the messages after a seq, each with a body of its own. */
  sayMessages(after: number, count: number, body = "m"): void {
    const events = Array.from({ length: count }, (_, i) => messageOf(after + 1 + i, body));
    this.say({ type: "events", after, events });
  }

  /** Answers a ping. */
  pong(): void {
    this.#server.send(PONG);
  }

  close(code: number): void {
    this.#server.close(code, "");
  }

  /** The seqs that were acknowledged. */
  get acks(): readonly number[] {
    return this.heard.flatMap((frame) => (frame.type === "ack" ? [frame.seq] : []));
  }

  #hear(text: string): void {
    if (text === PING) {
      this.pings++;
      return;
    }
    for (const frame of JSON.parse(text) as readonly ClientFrame[]) {
      this.heard.push(frame);
      if (frame.type === "hello") this.#greet(frame.resume?.seq);
    }
  }

  #greet(from: number | undefined): void {
    const [epoch, seq] = ["e1", this.#head];
    if (from === undefined) {
      this.say({ type: "welcome", room: "tea", epoch, seq, you, presence: { count: 1, users: [you] }, window: 1_000 });
    } else {
      this.say(from > seq ? { type: "reset", epoch, seq } : { type: "resumed", from: from + 1, to: seq });
    }
  }
}

function messageOf(seq: number, body: string): RoomEvent {
  return { seq, kind: "message", from: { id: 1, name: "ann" }, at: seq, messageNo: seq, body: `${body}${seq}` };
}
