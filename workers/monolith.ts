export { AttemptObject } from "../durable-objects/attempt/attempt-object.ts";
export { CarrierObject } from "../durable-objects/carrier/carrier-object.ts";
export { DirectoryObject } from "../durable-objects/directory/directory-object.ts";
export { LobbyObject } from "../durable-objects/lobby/lobby-object.ts";
export { ReportsObject } from "../durable-objects/reports/reports-object.ts";
export { RoomObject } from "../durable-objects/room/room-object.ts";
export { RosterObject } from "../durable-objects/roster/roster-object.ts";
export { UserObject } from "../durable-objects/user/user-object.ts";

import { receiveCalls } from "../contracts/receive-calls.ts";
import { type AuthEnv, createAuth } from "./auth/auth.ts";
import { type ChatEnv, createChat } from "./chat/chat.ts";
import { type ChatroomEnv, createChatroom } from "./chatroom/chatroom.ts";
import { createGateway, type GatewayEnv } from "./gateway/gateway.ts";

export default createGateway((env: AuthEnv & ChatEnv & ChatroomEnv & GatewayEnv) => ({
  auth: receiveCalls(createAuth(env), { service: "auth" }),
  chat: receiveCalls(createChat(env), { service: "chat" }),
  chatroom: receiveCalls(createChatroom(env), { service: "chatroom" }),
}));
