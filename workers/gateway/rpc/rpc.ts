import { createConnectRouter } from "@connectrpc/connect";
import { Hono } from "hono";
import { LoginService } from "../../../contracts/gen/auth_pb.ts";
import { ChatService } from "../../../contracts/gen/chat_pb.ts";
import { ChatroomService } from "../../../contracts/gen/chatroom_pb.ts";
import { GatewayService } from "../../../contracts/gen/gateway_pb.ts";
import { limits } from "../../../contracts/limits.ts";
import { answerProblem } from "../api/problem.ts";
import type { AppEnv } from "../context.ts";
import { refuseOtherMethods } from "../method-not-allowed.ts";
import { answerCall } from "./answer-call.ts";
import { chatService } from "./chat-service.ts";
import { chatroomService } from "./chatroom-service.ts";
import { answerFailures } from "./errors.ts";
import { gatewayService } from "./gateway-service.ts";
import { loginService } from "./login-service.ts";

// `/<package>.<Service>/<Method>` of whatever contract.
const PROCEDURE = /^\/\w+(\.\w+)+\/\w+$/;
const PATH_PREFIXES = [LoginService, ChatroomService, ChatService, GatewayService].map((one) => `/${one.typeName}/`);

/** The gRPC contracts over Connect and gRPC-web: `POST /<package>.<service>/<method>`. [RP1] */
export function createRpc(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  for (const handler of createRouter().handlers) app.post(handler.requestPath, (c) => answerCall(c, handler));
  refuseOtherMethods(app);
  app.onError(answerProblem);
  return app;
}

/** Whether a call is meant for a contract, also for a method or a service that there is not. */
export function isRpcCall(method: string, path: string): boolean {
  return PATH_PREFIXES.some((prefix) => path.startsWith(prefix)) || (method === "POST" && PROCEDURE.test(path));
}

// Compression is not offered: a request that claims any is refused before it is read. [RP12]
function createRouter() {
  const options = { connect: true, grpcWeb: true, grpc: false, acceptCompression: [], interceptors: [answerFailures] };
  return createConnectRouter({ ...options, readMaxBytes: limits.RPC_REQUEST_BYTES_MAX })
    .service(LoginService, loginService)
    .service(ChatroomService, chatroomService)
    .service(ChatService, chatService)
    .service(GatewayService, gatewayService);
}
