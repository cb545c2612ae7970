import type { Identity } from "../../contracts/identity.ts";
import { report } from "../../contracts/metrics.ts";
import type { Namespace, RoomStub } from "../../contracts/objects.ts";
import type { Reply } from "../../contracts/reply.ts";
import type {
  ChatroomService,
  GrantedRole,
  RoomDescription,
  RoomMember,
  RoomVisibility,
} from "../../contracts/services.ts";
import { traceObjects } from "../../contracts/trace-hops.ts";
import { askRoom } from "../shared/ask-room.ts";

export type ChatroomEnv = { readonly ROOM: Namespace<RoomStub> };

/** Rooms: which exist, whose they are, who belongs to them. */
export function createChatroom(env: ChatroomEnv): ChatroomService {
  const { ROOM } = traceObjects(env);
  const inRoom = <T>(room: string, ask: (stub: RoomStub) => Promise<Reply<T>>) => askRoom(ROOM, room, ask);

  return {
    create: (identity: Identity, room: string, visibility: RoomVisibility): Promise<Reply<RoomDescription>> =>
      inRoom(room, (stub) => stub.create(identity, visibility)),

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
