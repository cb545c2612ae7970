import type { RoomEvent } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { report } from "../../contracts/metrics.ts";
import type { RoomStub } from "../../contracts/objects.ts";
import type { Reply } from "../../contracts/reply.ts";
import type {
  ExportHead,
  GrantedRole,
  Invitation,
  InvitationTerms,
  LobbyPage,
  LobbyQuery,
  Moderated,
  ModerationAct,
  ModerationPage,
  NewInvitation,
  OwnPage,
  ProfilePatch,
  Report,
  ReportPage,
  ReportQuery,
  Restriction,
  RoomDescription,
  RoomMember,
  RoomVisibility,
  RoomWishes,
} from "../../contracts/rooms.ts";
import type { ChatroomService } from "../../contracts/services.ts";
import { traceObjects } from "../../contracts/trace-hops.ts";
import { askRoom } from "../shared/ask-room.ts";
import type { ChatroomEnv } from "./chatroom-env.ts";
import { createGroup, createRoom, openDirect, searchLobby } from "./places.ts";
import { allReports, resolveReport } from "./reports.ts";

export type { ChatroomEnv };

/** Rooms: which exist, whose they are, who belongs to them. */
export function createChatroom(bindings: ChatroomEnv): ChatroomService {
  const env = traceObjects(bindings);
  const inRoom = <T>(room: string, ask: (stub: RoomStub) => Promise<Reply<T>>) => askRoom(env.ROOM, room, ask);

  return {
    create: (
      identity: Identity,
      room: string,
      visibility: RoomVisibility,
      wishes?: RoomWishes,
    ): Promise<Reply<RoomDescription>> => createRoom(env, identity, room, visibility, wishes),

    createGroup: (identity: Identity, title: string, userIds: readonly number[]): Promise<Reply<RoomDescription>> =>
      createGroup(env, identity, title, userIds),

    openDirect: (identity: Identity, userId: number): Promise<Reply<RoomDescription>> =>
      openDirect(env, identity, userId),

    search: (identity: Identity, query: LobbyQuery): Promise<Reply<LobbyPage>> => searchLobby(env, identity, query),

    configure: (identity: Identity, room: string, patch: ProfilePatch): Promise<Reply<RoomDescription>> =>
      inRoom(room, (stub) => stub.configure(identity, patch)),

    join: (identity: Identity, room: string, invitation: string | null): Promise<Reply<RoomDescription>> =>
      inRoom(room, (stub) => stub.join(identity, invitation)),

    invitations: (identity: Identity, room: string): Promise<Reply<readonly Invitation[]>> =>
      inRoom(room, (stub) => stub.invitations(identity)),

    invite: (identity: Identity, room: string, terms: InvitationTerms): Promise<Reply<NewInvitation>> =>
      inRoom(room, (stub) => stub.invite(identity, terms)),

    revokeInvitation: (identity: Identity, room: string, id: string): Promise<Reply<null>> =>
      inRoom(room, (stub) => stub.revokeInvitation(identity, id)),

    moderate: (identity: Identity, room: string, act: ModerationAct): Promise<Reply<Moderated>> =>
      inRoom(room, (stub) => stub.moderate(identity, act)),

    restrictions: (identity: Identity, room: string): Promise<Reply<readonly Restriction[]>> =>
      inRoom(room, (stub) => stub.restrictions(identity)),

    moderationLog: (identity: Identity, room: string, before: number, limit: number): Promise<Reply<ModerationPage>> =>
      inRoom(room, (stub) => stub.moderationLog(identity, before, limit)),

    report: (identity: Identity, room: string, seq: number, reason: string): Promise<Reply<Report>> =>
      inRoom(room, (stub) => stub.report(identity, seq, reason)),

    reports: (identity: Identity, room: string | null, query: ReportQuery): Promise<Reply<ReportPage>> =>
      room === null ? allReports(env, identity, query) : inRoom(room, (stub) => stub.reports(identity, query)),

    resolveReport: (identity: Identity, id: string, resolution: string): Promise<Reply<Report>> =>
      resolveReport(env, identity, id, resolution),

    exportHead: (identity: Identity, room: string): Promise<Reply<ExportHead>> =>
      inRoom(room, (stub) => stub.exportHead(identity)),

    exportOwn: (identity: Identity, room: string, from: number, limit: number): Promise<Reply<OwnPage>> =>
      inRoom(room, (stub) => stub.exportOwn(identity, from, limit)),

    beginImport: (identity: Identity, room: string, head: ExportHead, keepAuthors: boolean): Promise<Reply<null>> =>
      inRoom(room, (stub) => stub.beginImport(identity, head, keepAuthors)),

    importEvents: (identity: Identity, room: string, events: readonly RoomEvent[]): Promise<Reply<null>> =>
      inRoom(room, (stub) => stub.importEvents(identity, events)),

    finishImport: (identity: Identity, room: string): Promise<Reply<RoomDescription>> =>
      inRoom(room, (stub) => stub.finishImport(identity)),

    describe: (identity: Identity, room: string): Promise<Reply<RoomDescription>> =>
      inRoom(room, (stub) => stub.describe(identity)),

    members: (identity: Identity, room: string): Promise<Reply<readonly RoomMember[]>> =>
      inRoom(room, (stub) => stub.members(identity)),

    addMember: (identity: Identity, room: string, userId: number, role?: GrantedRole): Promise<Reply<RoomMember>> =>
      inRoom(room, (stub) => stub.addMember(identity, userId, role)),

    removeMember: (identity: Identity, room: string, userId: number): Promise<Reply<null>> =>
      inRoom(room, (stub) => stub.removeMember(identity, userId)),

    delete: (identity: Identity, room: string): Promise<Reply<boolean>> =>
      inRoom(room, (stub) => stub.delete(identity)),

    enter: (identity: Identity, room: string, personName: string): Promise<Reply<null>> =>
      inRoom(room, (stub) => stub.enter(identity, personName)),

    leave: (identity: Identity, room: string, personName: string): Promise<Reply<boolean>> =>
      inRoom(room, (stub) => stub.leave(identity, personName)),

    people: (identity: Identity, room: string): Promise<Reply<readonly string[]>> =>
      inRoom(room, (stub) => stub.people(identity)),

    async metrics() {
      return report(Date.now());
    },
  };
}
