import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Refusal } from "../../contracts/reply.ts";
import { encodeFrames, FrameReader } from "../../contracts/tcp.ts";
import { FakeEdge } from "../edge/fake-edge.ts";
import type { OriginService } from "../origin-service.ts";
import type { Attendance } from "../redis/attendance.ts";
import type { Courier, Parcel } from "../redis/outbox.ts";
import type { TcpSettings } from "../settings.ts";
import { createTcpService } from "./tcp-service.ts";

export type Body = Record<string, unknown>;

/** A courier for tests that sends at once, unless the test takes over. */
export class FakeCourier implements Courier {
  waiting = 0;
  readonly parcels: Parcel[] = [];
  readonly laters: ((refusal: Refusal) => void)[] = [];
  answer: Courier["take"];

  constructor(edge: FakeEdge) {
    this.answer = async ({ token, room, message }) => {
      const reply = await edge.send(token, room, message);
      return reply.ok ? { ok: true, value: { type: "sent", sent: reply.value } } : reply;
    };
  }

  take(parcel: Parcel, later: (refusal: Refusal) => void): ReturnType<Courier["take"]> {
    this.parcels.push(parcel);
    this.laters.push(later);
    return this.answer(parcel, later);
  }
}

/** A TCP replica on a free port with an edge in memory, and clients for it. */
export class TestReplica {
  readonly edge = new FakeEdge();
  readonly courier = new FakeCourier(this.edge);
  readonly present = new Map<string, string>();
  readonly attendance: Attendance = {
    came: (connection, room, { name }) => this.present.set(connection, `${name} in ${room}`),
    went: (connection) => this.present.delete(connection),
  };
  readonly #peers: TcpPeer[] = [];
  #service: OriginService | null = null;

  async start(settings: Partial<TcpSettings> = {}, trustedProxies = ""): Promise<this> {
    const { edge, courier, attendance } = this;
    const many = {
      connectionsMax: 100,
      connectionsPerAddress: 100,
      connectsPerAddress: 1_000,
      framesPerAddress: 10_000,
    };
    const all = { ports: [0], ...many, ...settings };
    this.#service = await createTcpService({
      edge,
      courier,
      attendance,
      settings: all,
      trustedProxies,
      host: "127.0.0.1",
    });
    return this;
  }

  get port(): number {
    return Object.values(this.#service?.ports ?? {})[0] ?? 0;
  }

  get ports(): Readonly<Record<string, number>> {
    return this.#service?.ports ?? {};
  }

  async connect(port = this.port): Promise<TcpPeer> {
    const peer = new TcpPeer(connect({ port, host: "127.0.0.1", noDelay: true }));
    this.#peers.push(peer);
    await peer.open;
    return peer;
  }

  /** A client that sits in a room. */
  async join(name: string, roomId = 1): Promise<TcpPeer> {
    const peer = await this.connect();
    const seats = this.edge.seats.size;
    peer.say({ op: 6, authToken: this.edge.signIn(name.length, name), roomId });
    while (this.edge.seats.size === seats) await new Promise(setImmediate);
    return peer;
  }

  async drain(): Promise<void> {
    await this.#service?.drain();
  }

  async stop(): Promise<void> {
    for (const peer of this.#peers) peer.socket.destroy();
    await this.drain();
  }
}

/** A client that writes frames and keeps what it was told. */
export class TcpPeer {
  readonly socket: Socket;
  readonly told: Body[] = [];
  readonly pings: string[] = [];
  readonly open: Promise<unknown>;
  isClosed = false;
  readonly #reader = new FrameReader();

  constructor(socket: Socket) {
    this.socket = socket;
    this.open = once(socket, "connect");
    socket.on("data", (chunk) => this.#reader.feed(chunk, (body) => this.#hear(Buffer.from(body).toString())));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.isClosed = true;
    });
  }

  say(...bodies: readonly Body[]): void {
    this.socket.write(encodeFrames(bodies.map((body) => JSON.stringify(body))));
  }

  /** The texts of op 3 without a failure. */
  get texts(): readonly unknown[] {
    return this.told.filter(({ op, code }) => op === 3 && code === 0).map(({ msg }) => msg);
  }

  #hear(text: string): void {
    if (text.startsWith("{")) this.told.push(JSON.parse(text) as Body);
    else this.pings.push(text);
  }
}
