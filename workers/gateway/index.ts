import type { AuthService, ChatroomService, ChatService } from "../../contracts/services.ts";
import { sendTraces } from "../../contracts/trace-hops.ts";
import { createGateway, type GatewayEnv } from "./gateway.ts";

type Bindings = GatewayEnv & {
  readonly AUTH: AuthService;
  readonly CHATROOM: ChatroomService;
  readonly CHAT: ChatService;
};

/** The same gateway as in the monolith, over service bindings: the only one of the four that the world can reach. */
export default createGateway((env: Bindings) => ({
  auth: sendTraces(env.AUTH),
  chatroom: sendTraces(env.CHATROOM),
  chat: sendTraces(env.CHAT),
}));
