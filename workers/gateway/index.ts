import type { AuthService, ChatroomService, ChatService } from "../../contracts/services.ts";
import { createGateway, type GatewayEnv } from "./gateway.ts";

type Bindings = GatewayEnv & {
  readonly AUTH: AuthService;
  readonly CHATROOM: ChatroomService;
  readonly CHAT: ChatService;
};

/** The same gateway as in the monolith, over service bindings: the only one of the four that the world can reach. */
export default createGateway((env: Bindings) => ({ auth: env.AUTH, chatroom: env.CHATROOM, chat: env.CHAT }));
