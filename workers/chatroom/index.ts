import { WorkerEntrypoint } from "cloudflare:workers";
import type { RoomEvent } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import type {
  ExportHead,
  GrantedRole,
  InvitationTerms,
  LobbyQuery,
  ModerationAct,
  ProfilePatch,
  ReportQuery,
  RoomVisibility,
  RoomWishes,
} from "../../contracts/rooms.ts";
import type { ChatroomService } from "../../contracts/services.ts";
import { type ChatroomEnv, createChatroom } from "./chatroom.ts";

/** The chatroom service as a worker of its own: what is not declared in contracts/services.ts cannot be called. [SV1] */
export default class Chatroom extends WorkerEntrypoint<ChatroomEnv> implements ChatroomService {
  static {
    receiveCalls(Chatroom.prototype, { service: "chatroom" });
  }
  readonly #chatroom = createChatroom(this.env);

  create(identity: Identity, room: string, visibility: RoomVisibility, wishes?: RoomWishes) {
    return this.#chatroom.create(identity, room, visibility, wishes);
  }
  createGroup(identity: Identity, title: string, userIds: readonly number[]) {
    return this.#chatroom.createGroup(identity, title, userIds);
  }
  openDirect(identity: Identity, userId: number) {
    return this.#chatroom.openDirect(identity, userId);
  }
  search(identity: Identity, query: LobbyQuery) {
    return this.#chatroom.search(identity, query);
  }
  configure(identity: Identity, room: string, patch: ProfilePatch) {
    return this.#chatroom.configure(identity, room, patch);
  }
  join(identity: Identity, room: string, invitation: string | null) {
    return this.#chatroom.join(identity, room, invitation);
  }
  invitations(identity: Identity, room: string) {
    return this.#chatroom.invitations(identity, room);
  }
  invite(identity: Identity, room: string, terms: InvitationTerms) {
    return this.#chatroom.invite(identity, room, terms);
  }
  revokeInvitation(identity: Identity, room: string, id: string) {
    return this.#chatroom.revokeInvitation(identity, room, id);
  }
  moderate(identity: Identity, room: string, act: ModerationAct) {
    return this.#chatroom.moderate(identity, room, act);
  }
  restrictions(identity: Identity, room: string) {
    return this.#chatroom.restrictions(identity, room);
  }
  moderationLog(identity: Identity, room: string, before: number, limit: number) {
    return this.#chatroom.moderationLog(identity, room, before, limit);
  }
  report(identity: Identity, room: string, seq: number, reason: string) {
    return this.#chatroom.report(identity, room, seq, reason);
  }
  reports(identity: Identity, room: string | null, query: ReportQuery) {
    return this.#chatroom.reports(identity, room, query);
  }
  resolveReport(identity: Identity, id: string, resolution: string) {
    return this.#chatroom.resolveReport(identity, id, resolution);
  }
  exportHead(identity: Identity, room: string) {
    return this.#chatroom.exportHead(identity, room);
  }
  exportOwn(identity: Identity, room: string, from: number, limit: number) {
    return this.#chatroom.exportOwn(identity, room, from, limit);
  }
  beginImport(identity: Identity, room: string, head: ExportHead, keepAuthors: boolean) {
    return this.#chatroom.beginImport(identity, room, head, keepAuthors);
  }
  importEvents(identity: Identity, room: string, events: readonly RoomEvent[]) {
    return this.#chatroom.importEvents(identity, room, events);
  }
  finishImport(identity: Identity, room: string) {
    return this.#chatroom.finishImport(identity, room);
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
