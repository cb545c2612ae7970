import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type WebSocket, WebSocketServer } from "ws";
import type { Person } from "../../contracts/event.ts";
import type { Envelope } from "../../contracts/gochat.ts";
import { SUBPROTOCOL } from "../../contracts/native.ts";
import { type Faults, FaultyLane, seededRandom } from "./faulty-lane.ts";
import { FaultyRoom } from "./faulty-room.ts";
import { type SocketPorts, serveGochatSocket, serveNativeSocket } from "./faulty-sockets.ts";

type Fields = Readonly<Record<string, unknown>>;

const NATIVE_SOCKET = /^\/api\/v1\/rooms\/([^/]+)\/socket$/;
const NATIVE_MESSAGES = /^\/api\/v1\/rooms\/([^/]+)\/messages$/;
const SESSION_ERROR: Envelope = { code: 40000, message: "Session error", data: null };

/**
 * Enough of the product for a load test, on memory, that loses, doubles or swaps messages at a given rate: what the
 * checker has to find. It shares no code with the product but the shapes on the wire.
 */
export class FaultyEdge {
  readonly #faults: Faults;
  readonly #random: () => number;
  readonly #people = new Map<string, Person>();
  readonly #sessions = new Map<string, Person>();
  readonly #rooms = new Map<string, FaultyRoom>();
  readonly #server: Server;
  readonly #asked = new Map<string, number>();
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });

  private constructor(faults: Faults, seed: number) {
    this.#faults = faults;
    this.#random = seededRandom(seed);
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on("upgrade", (request, socket, head) =>
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#serve(ws, request)),
    );
  }

  /** Listens on a free port of this machine. The same seed goes wrong at the same deliveries. */
  static async start(faults: Faults = {}, seed = 1): Promise<FaultyEdge> {
    const edge = new FaultyEdge(faults, seed);
    edge.#server.listen(0, "127.0.0.1");
    await once(edge.#server, "listening");
    return edge;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often a path was asked for, upgrades included. */
  asked(path: string): number {
    return this.#asked.get(path) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  readonly #ports: SocketPorts = {
    personOf: (token) => this.#sessions.get(token),
    roomOf: (room) => this.#roomOf(room),
    refuses: () => this.#random() < (this.#faults.refuse ?? 0),
    laneTo: (room, transmit) => new FaultyLane(this.#faults, this.#random, room.isEmpty, transmit),
  };

  #serve(socket: WebSocket, { url = "/", headers }: IncomingMessage): void {
    this.#count(url);
    const room = NATIVE_SOCKET.exec(url)?.[1];
    if (room === undefined) {
      serveGochatSocket(socket, this.#ports);
      return;
    }
    const token = /token\.([^,\s]+)/.exec(headers["sec-websocket-protocol"] ?? "")?.[1] ?? bearerOf(headers);
    const person = this.#sessions.get(token);
    if (person === undefined) socket.close(4501, "session");
    else serveNativeSocket(socket, person, decodeURIComponent(room), this.#ports);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = "/", method, headers } = request;
    this.#count(url);
    const fields = method === "POST" ? ((await json(request)) as Fields) : {};
    const room = NATIVE_MESSAGES.exec(url)?.[1];
    const reply = room === undefined ? this.#askGochat(url, fields) : this.#send(room, bearerOf(headers), fields);
    response.setHeader("content-type", "application/json").end(JSON.stringify(reply));
  }

  #count(path: string): void {
    this.#asked.set(path, this.asked(path) + 1);
  }

  #send(room: string, token: string, { id, body }: Fields): object {
    const person = this.#sessions.get(token);
    if (person === undefined) return { failure: "session" };
    const seq = this.#roomOf(decodeURIComponent(room)).accept(person, String(body), typeof id === "string" ? id : null);
    return { seq, at: Date.now() };
  }

  #askGochat(path: string, fields: Fields): Envelope {
    if (path === "/user/register" || path === "/user/login") return this.#signIn(String(fields.userName));
    const token = String(fields.authToken);
    const person = this.#sessions.get(token);
    if (person === undefined) return SESSION_ERROR;
    const room = this.#roomOf(String(fields.roomId));
    if (path === "/user/checkAuth") return success({ userId: person.id, userName: person.name });
    if (path === "/user/logout") this.#sessions.delete(token);
    if (path === "/push/push") this.#roomOf(`u${String(fields.toUserId)}`).accept(person, String(fields.msg));
    if (path === "/push/pushRoom") room.accept(person, String(fields.msg));
    return success(path.startsWith("/push/") ? { roomUserInfo: room.people } : null);
  }

  #signIn(name: string): Envelope {
    const person = this.#people.get(name) ?? { id: this.#people.size + 1, name };
    this.#people.set(name, person);
    const token = randomUUID();
    this.#sessions.set(token, person);
    return success(token);
  }

  #roomOf(name: string): FaultyRoom {
    const room = this.#rooms.get(name) ?? new FaultyRoom();
    this.#rooms.set(name, room);
    return room;
  }
}

function bearerOf({ authorization = "" }: IncomingMessage["headers"]): string {
  return authorization.replace(/^Bearer /, "");
}

function success(data: unknown): Envelope {
  return { code: 0, message: "success", data };
}
