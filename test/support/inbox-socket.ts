import { once } from "node:events";
import WebSocket from "ws";
import { type InboxFrame, PING, PONG } from "../../contracts/native.ts";
import type { Glance, InboxEntry } from "../../contracts/rooms.ts";
import { Inbox } from "./inbox.ts";
import { type Closed, textOf } from "./native-socket.ts";

type FrameOf<Type extends InboxFrame["type"]> = Extract<InboxFrame, { type: Type }>;
/** A room of an inbox that answered. */
export type Shown = Glance & { readonly muted: boolean };

/** The socket of a user's inbox. */
export class InboxSocket {
  readonly frames = new Inbox<InboxFrame>();
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#hear(textOf(data)));
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Opens the inbox of the token's user, or throws what the handshake was refused with. */
  static async open(url: string, token: string): Promise<InboxSocket> {
    const address = `${url.replace("http", "ws")}/api/v1/inbox/socket`;
    const socket = new WebSocket(address, { headers: { authorization: `Bearer ${token}` } });
    const inbox = new InboxSocket(socket);
    await once(socket, "open");
    // The runtime ends the TCP connection of a socket that never spoke up to ten seconds after its close frame.
    socket.send(PING);
    return inbox;
  }

  /** The next frame of a type. */
  next<Type extends InboxFrame["type"]>(type: Type): Promise<FrameOf<Type>> {
    return this.frames.next((frame): frame is FrameOf<Type> => frame.type === type, `${type} frame`);
  }

  /** Waits until a room is shown in a way that fits, in whatever frame that comes. */
  async shows(room: string, fits: (shown: Shown) => boolean): Promise<Shown> {
    for (;;) {
      const frame = await this.frames.next((one) => "rooms" in one, `frame that shows ${room} as wanted`);
      const shown = "rooms" in frame ? frame.rooms.find((entry) => entry.room === room) : undefined;
      if (shown !== undefined && isShown(shown) && fits(shown)) return shown;
    }
  }

  close(): void {
    this.#socket.close();
  }

  #hear(text: string): void {
    if (text === PONG) return;
    for (const frame of JSON.parse(text) as readonly InboxFrame[]) this.frames.put(frame);
  }
}

function isShown(entry: InboxEntry): entry is Shown {
  return !("unavailable" in entry);
}
