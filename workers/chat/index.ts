export { CarrierObject } from "../../durable-objects/carrier/carrier-object.ts";
export { LobbyObject } from "../../durable-objects/lobby/lobby-object.ts";
export { ReportsObject } from "../../durable-objects/reports/reports-object.ts";
export { RoomObject } from "../../durable-objects/room/room-object.ts";

import { WorkerEntrypoint } from "cloudflare:workers";
import type { Identity } from "../../contracts/identity.ts";
import type { PageQuery } from "../../contracts/native.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import type { InboxQuery, ThreadQuery } from "../../contracts/rooms.ts";
import type { Change, ChatService, Outgoing, VersionQuery } from "../../contracts/services.ts";
import { type ChatEnv, createChat } from "./chat.ts";

/**
 * The chat service as a worker of its own: what is not declared in contracts/services.ts cannot be called. Sockets pass
 * by fetch, whose 101 goes through the binding; this worker is not in the way of their frames. [SV1] [SV2]
 */
export default class Chat extends WorkerEntrypoint<ChatEnv> implements ChatService {
  static {
    receiveCalls(Chat.prototype, { service: "chat" });
  }
  readonly #chat = createChat(this.env);

  send(identity: Identity, room: string, message: Outgoing) {
    return this.#chat.send(identity, room, message);
  }
  push(identity: Identity, toUserId: number, roomId: number, message: Outgoing) {
    return this.#chat.push(identity, toUserId, roomId, message);
  }
  change(identity: Identity, room: string, change: Change) {
    return this.#chat.change(identity, room, change);
  }
  versions(identity: Identity, room: string, query: VersionQuery) {
    return this.#chat.versions(identity, room, query);
  }
  history(identity: Identity, room: string, query: PageQuery) {
    return this.#chat.history(identity, room, query);
  }
  thread(identity: Identity, room: string, query: ThreadQuery) {
    return this.#chat.thread(identity, room, query);
  }
  pins(identity: Identity, room: string) {
    return this.#chat.pins(identity, room);
  }
  marks(identity: Identity, room: string, after: number, limit: number) {
    return this.#chat.marks(identity, room, after, limit);
  }
  read(identity: Identity, room: string, seq: number) {
    return this.#chat.read(identity, room, seq);
  }
  inbox(identity: Identity, query: InboxQuery) {
    return this.#chat.inbox(identity, query);
  }
  muteRoom(identity: Identity, room: string, muted: boolean) {
    return this.#chat.muteRoom(identity, room, muted);
  }
  presence(identity: Identity, room: string, after: number, limit: number) {
    return this.#chat.presence(identity, room, after, limit);
  }
  count(identity: Identity, roomId: number) {
    return this.#chat.count(identity, roomId);
  }
  roomInfo(identity: Identity, roomId: number) {
    return this.#chat.roomInfo(identity, roomId);
  }
  override fetch(request: Request) {
    return this.#chat.fetch(request);
  }
  ready() {
    return this.#chat.ready();
  }
  metrics() {
    return this.#chat.metrics();
  }
}
