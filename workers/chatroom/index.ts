import { WorkerEntrypoint } from "cloudflare:workers";
import type { Identity } from "../../contracts/identity.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import type { ChatroomService, GrantedRole, RoomVisibility } from "../../contracts/services.ts";
import { type ChatroomEnv, createChatroom } from "./chatroom.ts";

/** The chatroom service as a worker of its own: what is not declared in contracts/services.ts cannot be called. [SV1] */
export default class Chatroom extends WorkerEntrypoint<ChatroomEnv> implements ChatroomService {
  static {
    receiveCalls(Chatroom.prototype, { service: "chatroom" });
  }
  readonly #chatroom = createChatroom(this.env);

  create(identity: Identity, room: string, visibility: RoomVisibility) {
    return this.#chatroom.create(identity, room, visibility);
  }
  describe(identity: Identity, room: string) {
    return this.#chatroom.describe(identity, room);
  }
  members(identity: Identity, room: string) {
    return this.#chatroom.members(identity, room);
  }
  addMember(identity: Identity, room: string, userId: number, role?: GrantedRole) {
    return this.#chatroom.addMember(identity, room, userId, role);
  }
  removeMember(identity: Identity, room: string, userId: number) {
    return this.#chatroom.removeMember(identity, room, userId);
  }
  delete(identity: Identity, room: string) {
    return this.#chatroom.delete(identity, room);
  }
  enter(identity: Identity, room: string, personName: string) {
    return this.#chatroom.enter(identity, room, personName);
  }
  leave(identity: Identity, room: string, personName: string) {
    return this.#chatroom.leave(identity, room, personName);
  }
  people(identity: Identity, room: string) {
    return this.#chatroom.people(identity, room);
  }
  metrics() {
    return this.#chatroom.metrics();
  }
}
