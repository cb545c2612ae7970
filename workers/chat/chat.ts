import type { EventPage } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { describeError, log } from "../../contracts/log.ts";
import { report } from "../../contracts/metrics.ts";
import { directRoom, parseRoomName } from "../../contracts/names.ts";
import type { PageQuery } from "../../contracts/native.ts";
import type { DirectoryStub, Namespace, RoomStub, UserStub } from "../../contracts/objects.ts";
import type { Reply } from "../../contracts/reply.ts";
import type { InboxPage, InboxQuery, MarkPage, Marks, Pin, ThreadPage, ThreadQuery } from "../../contracts/rooms.ts";
import type {
  Change,
  ChatService,
  Outgoing,
  PresencePage,
  RoomCount,
  RoomInfo,
  Sent,
  VersionPage,
  VersionQuery,
} from "../../contracts/services.ts";
import { traceObjects } from "../../contracts/trace-hops.ts";
import { UPLINK_PATH } from "../../contracts/uplink.ts";
import { askRoom } from "../shared/ask-room.ts";
import { askUser } from "../shared/ask-user.ts";
import { type CarrierFetch, createCarrierFetch } from "./carrier-fetch.ts";
import { fetchInbox } from "./fetch-inbox.ts";
import { fetchUplink } from "./fetch-uplink.ts";

export type ChatEnv = {
  readonly ROOM: Namespace<RoomStub>;
  readonly CARRIER: Namespace<CarrierFetch>;
  readonly DIRECTORY: Namespace<DirectoryStub>;
  readonly USER: Namespace<UserStub>;
};

const INBOX_PATH = "/api/v1/inbox/socket";
const SOCKET_PATH = /^\/api\/v1\/rooms\/([^/]+)\/socket$/;

/** Messages and their changes, history, presence and sockets: every call is one call to one room. */
export function createChat(bindings: ChatEnv): ChatService {
  const env = traceObjects(bindings);
  const fetchCarrier = createCarrierFetch(env.CARRIER);

  const inRoom = <T>(room: string, ask: (stub: RoomStub) => Promise<Reply<T>>) => askRoom(env.ROOM, room, ask);

  return {
    send: (identity: Identity, room: string, message: Outgoing): Promise<Reply<Sent>> =>
      inRoom(room, (stub) => stub.send(identity, message)),

    push: (identity: Identity, toUserId: number, roomId: number, message: Outgoing): Promise<Reply<Sent>> =>
      inRoom(directRoom(identity.userId, toUserId), (stub) => stub.push(identity, message, toUserId, roomId)),

    change: (identity: Identity, room: string, change: Change): Promise<Reply<Sent>> =>
      inRoom(room, (stub) => stub.change(identity, change)),

    versions: (identity: Identity, room: string, query: VersionQuery): Promise<Reply<VersionPage>> =>
      inRoom(room, (stub) => stub.versions(identity, query)),

    history: (identity: Identity, room: string, query: PageQuery): Promise<Reply<EventPage>> =>
      inRoom(room, (stub) => stub.history(identity, query)),

    thread: (identity: Identity, room: string, query: ThreadQuery): Promise<Reply<ThreadPage>> =>
      inRoom(room, (stub) => stub.thread(identity, query)),

    pins: (identity: Identity, room: string): Promise<Reply<readonly Pin[]>> =>
      inRoom(room, (stub) => stub.pins(identity)),

    marks: (identity: Identity, room: string, after: number, limit: number): Promise<Reply<MarkPage>> =>
      inRoom(room, (stub) => stub.marks(identity, after, limit)),

    read: (identity: Identity, room: string, seq: number): Promise<Reply<Marks>> =>
      inRoom(room, (stub) => stub.read(identity, seq)),

    inbox: (identity: Identity, query: InboxQuery): Promise<Reply<InboxPage>> =>
      askUser(env.USER, identity, (stub) => stub.inbox(identity.sessionId, query)),

    muteRoom: (identity: Identity, room: string, muted: boolean): Promise<Reply<null>> =>
      askUser(env.USER, identity, (stub) => stub.muteRoom(identity.sessionId, room, muted)),

    presence: (identity: Identity, room: string, after: number, limit: number): Promise<Reply<PresencePage>> =>
      inRoom(room, (stub) => stub.presence(identity, after, limit)),

    count: (identity: Identity, roomId: number): Promise<Reply<RoomCount>> =>
      inRoom(String(roomId), (stub) => stub.count(identity)),

    roomInfo: (identity: Identity, roomId: number): Promise<Reply<RoomInfo>> =>
      inRoom(String(roomId), (stub) => stub.roomInfo(identity)),

    async fetch(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url);
      if (pathname === INBOX_PATH) return fetchInbox(env.USER, request);
      if (pathname === UPLINK_PATH) return fetchUplink(env.CARRIER, request);
      const match = SOCKET_PATH.exec(pathname);
      if (match === null) return fetchCarrier(request);
      const name = parseRoomName(decodeURIComponent(match[1] ?? ""));
      if (!name.ok) return Response.json(name, { status: 400 });
      return env.ROOM.getByName(name.value).fetch(request);
    },

    async ready(): Promise<boolean> {
      try {
        return await env.DIRECTORY.getByName("directory").ready();
      } catch (error) {
        log("error", "storage does not answer", { error: describeError(error) });
        return false;
      }
    },

    async metrics() {
      return report(Date.now());
    },
  };
}
