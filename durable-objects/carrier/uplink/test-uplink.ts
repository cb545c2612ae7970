import { env } from "cloudflare:workers";
import { encodeIdentity, IDENTITY_HEADER, type Identity } from "../../../contracts/identity.ts";
import { PING } from "../../../contracts/native.ts";
import { UPLINK_CARRIER_PREFIX, type UplinkFrame, type UplinkRequest } from "../../../contracts/uplink.ts";
import { tokenOf } from "../test-carrier.ts";

type FrameOf<Type extends UplinkFrame["type"]> = Extract<UplinkFrame, { readonly type: Type }>;

/** The origin, as the gateway names it to a carrier. */
export const ORIGIN: Identity = {
  userId: 0,
  sessionId: "0".repeat(32),
  expiresAtMs: 4_102_444_800_000,
  kind: "origin",
};

/** A replica's carrier that nobody used before. */
export function freshReplica(): string {
  return `${UPLINK_CARRIER_PREFIX}${crypto.randomUUID()}`;
}

/** A replica's end of its uplink, and what came over it. */
export class TestUplink {
  readonly #socket: WebSocket;
  readonly #waiting: (() => void)[] = [];
  /** Every frame that ever arrived. */
  readonly frames: UplinkFrame[] = [];
  readonly closed: Promise<CloseEvent>;
  #taken = 0;
  #req = 0;
  pongs = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    socket.addEventListener("message", ({ data }) => {
      if (data === "pong") this.pongs++;
      else this.frames.push(...(JSON.parse(String(data)) as UplinkFrame[]));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.accept();
  }

  static async open(carrier: string, identity: Identity = ORIGIN): Promise<TestUplink> {
    const headers = { Upgrade: "websocket", [IDENTITY_HEADER]: encodeIdentity(identity) };
    const response = await env.CARRIER.getByName(carrier).fetch(new Request("http://carrier/uplink", { headers }));
    if (response.webSocket === null) throw new Error(`no socket: ${response.status}`);
    return new TestUplink(response.webSocket);
  }

  ask(...requests: readonly UplinkRequest[]): void {
    this.raw(JSON.stringify(requests));
  }

  raw(data: string | ArrayBuffer): void {
    this.#socket.send(data);
  }

  ping(): void {
    this.#socket.send(PING);
  }

  close(): void {
    this.#socket.close(1000, "bye");
  }

  /** The next frame of a type; others before it are passed over. */
  async next<Type extends UplinkFrame["type"]>(type: Type): Promise<FrameOf<Type>> {
    for (;;) {
      const frame = this.frames[this.#taken];
      if (frame === undefined) await new Promise<void>((wake) => this.#waiting.push(wake));
      else this.#taken++;
      if (frame?.type === type) return frame as FrameOf<Type>;
    }
  }

  /** The seqs of a room's events that ever arrived. */
  seqs(room: string): readonly number[] {
    return this.frames.flatMap((frame) =>
      frame.type === "events" && frame.room === room ? frame.events.map(({ seq }) => seq) : [],
    );
  }

  async seat(connection: string, who: Identity, room: string): Promise<FrameOf<"seated">> {
    this.ask({ type: "seat", connection, room, token: tokenOf(who) });
    return this.next("seated");
  }

  /** Sends without waiting; answers the request's number. */
  send(who: Identity, room: string, body: string, id?: string): number {
    const req = ++this.#req;
    const message = id === undefined ? { body } : { body, id };
    this.ask({ type: "send", req, token: tokenOf(who), room, message });
    return req;
  }
}
