import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { GochatFrame, MessageFrame } from "../../contracts/gochat.ts";
import type { Identity } from "../../contracts/identity.ts";
import { encodeToken, readTokenKeys } from "../../contracts/token.ts";
import { roomOf } from "../lib/test-people.ts";

type FrameOf<Op extends GochatFrame["op"]> = Op extends 2 | 3 ? MessageFrame : Extract<GochatFrame, { op: Op }>;

/** A carrier that nobody used before. */
export function freshCarrier(): string {
  return crypto.randomUUID();
}

export function tokenOf(identity: Identity): string {
  return encodeToken(identity, readTokenKeys(env.TOKEN_KEYS));
}

/** A gochat client's socket and the frames that it got. */
export class GochatSocket {
  readonly #socket: WebSocket;
  readonly #frames: GochatFrame[] = [];
  readonly #waiting: (() => void)[] = [];
  /** The ops of every frame that ever arrived. */
  readonly ops: number[] = [];
  readonly closed: Promise<CloseEvent>;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    socket.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(String(data)) as GochatFrame;
      this.ops.push(frame.op);
      this.#frames.push(frame);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.accept();
  }

  send(frame: Readonly<Record<string, unknown>>): void {
    this.raw(JSON.stringify(frame));
  }

  raw(text: string): void {
    this.#socket.send(text);
  }

  join(identity: Identity, room: string): void {
    this.send({ authToken: tokenOf(identity), roomId: Number(room) });
  }

  close(): void {
    this.#socket.close(1000, "bye");
  }

  /** The next frame with an op; others before it are dropped. */
  async nextOp<Op extends GochatFrame["op"]>(op: Op): Promise<FrameOf<Op>> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame?.op === op) return frame as FrameOf<Op>;
      if (frame === undefined) await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }
}

/** Opens a bare socket on a carrier; nobody sits on it yet. */
export async function openGochat(carrier: string): Promise<GochatSocket> {
  const request = new Request("http://carrier/ws", { headers: { Upgrade: "websocket" } });
  const response = await env.CARRIER.getByName(carrier).fetch(request);
  if (response.webSocket === null) throw new Error(`no socket: ${response.status}`);
  return new GochatSocket(response.webSocket);
}

/** A socket that sits in the room: the carrier lists it, and the room knows. */
export async function joined(carrier: string, identity: Identity, room: string): Promise<GochatSocket> {
  const stub = env.CARRIER.getByName(carrier);
  const before = (await stub.seats(room)).length;
  const socket = await openGochat(carrier);
  socket.join(identity, room);
  await expect.poll(async () => (await stub.seats(room)).length).toBe(before + 1);
  await expect.poll(() => roomOf(room).count(identity)).toMatchObject({ ok: true });
  await socket.nextOp(4);
  return socket;
}
