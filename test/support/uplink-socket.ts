import { once } from "node:events";
import WebSocket from "ws";
import type { Outgoing } from "../../contracts/services.ts";
import { UPLINK_PATH, UPLINK_REPLICA_PARAM, type UplinkFrame, type UplinkRequest } from "../../contracts/uplink.ts";
import { Inbox } from "./inbox.ts";
import { type Closed, textOf } from "./native-socket.ts";

type FrameOf<Type extends UplinkFrame["type"]> = Extract<UplinkFrame, { type: Type }>;

/** An uplink without any of a replica's rules: what is asked is what the test wrote. */
export class UplinkSocket {
  readonly frames = new Inbox<UplinkFrame>();
  readonly closed: Promise<Closed>;
  /** Bytes of all frames that came. */
  bytes = 0;
  readonly #socket: WebSocket;
  #req = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const text = textOf(data);
      this.bytes += Buffer.byteLength(text);
      for (const frame of JSON.parse(text) as UplinkFrame[]) this.frames.put(frame);
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on("error", () => {}); // a close follows
  }

  /** Answers once it is open, or throws with the HTTP status that refused it. */
  static async open(url: string, token: string, replica: string): Promise<UplinkSocket> {
    const address = `${url.replace("http", "ws")}${UPLINK_PATH}?${UPLINK_REPLICA_PARAM}=${replica}`;
    const socket = new WebSocket(address, { headers: { authorization: `Bearer ${token}` } });
    const uplink = new UplinkSocket(socket);
    const refused = new Promise<never>((_, reject) => {
      socket.on("unexpected-response", (_request, { statusCode }) => {
        socket.terminate();
        reject(new Error(`upgrade refused: ${statusCode}`));
      });
    });
    await Promise.race([once(socket, "open"), refused]);
    return uplink;
  }

  ask(...requests: readonly UplinkRequest[]): void {
    this.#socket.send(JSON.stringify(requests));
  }

  /** The next frame of a type; others before it are passed over. */
  next<Type extends UplinkFrame["type"]>(type: Type): Promise<FrameOf<Type>> {
    return this.frames.next((frame): frame is FrameOf<Type> => frame.type === type, type);
  }

  async seat(connection: string, token: string, room: string): Promise<FrameOf<"seated">> {
    this.ask({ type: "seat", connection, room, token });
    return this.frames.next(
      (frame): frame is FrameOf<"seated"> => frame.type === "seated" && frame.connection === connection,
      `seat of ${connection}`,
    );
  }

  /** Sends without waiting; answers the request's number. */
  send(token: string, room: string, message: Outgoing): number {
    const req = ++this.#req;
    this.ask({ type: "send", req, token, room, message });
    return req;
  }

  /** The answer to a request. */
  async answer(req: number): Promise<FrameOf<"answer">["reply"]> {
    const fits = (frame: UplinkFrame): frame is FrameOf<"answer"> => frame.type === "answer" && frame.req === req;
    return (await this.frames.next(fits, `answer to ${req}`)).reply;
  }

  /** The bodies of a room's events that came, in their order. */
  bodies(room: string): readonly (string | undefined)[] {
    return this.frames.all.flatMap((frame) =>
      frame.type === "events" && frame.room === room ? frame.events.map(({ body }) => body) : [],
    );
  }

  close(): void {
    this.#socket.close(1000);
  }
}
