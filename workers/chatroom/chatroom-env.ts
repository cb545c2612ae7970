import type { LobbyStub, Namespace, ReportsStub, RoomStub, UserStub } from "../../contracts/objects.ts";

/** What the chatroom service is bound to. */
export type ChatroomEnv = {
  readonly ROOM: Namespace<RoomStub>;
  readonly USER: Namespace<UserStub>;
  readonly LOBBY: Namespace<LobbyStub>;
  readonly REPORTS: Namespace<ReportsStub>;
};
