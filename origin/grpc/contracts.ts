import type { DescMethod, DescMethodUnary, DescService } from "@bufbuild/protobuf";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { LoginService } from "../../contracts/gen/auth_pb.ts";
import { ChatService } from "../../contracts/gen/chat_pb.ts";
import { ChatroomService } from "../../contracts/gen/chatroom_pb.ts";
import { GatewayService } from "../../contracts/gen/gateway_pb.ts";
import type { GrpcSettings } from "../settings.ts";
import { readBearer } from "./call.ts";
import { streaming, unary } from "./handle.ts";
import { getHistory, sendMessage } from "./messages.ts";
import type { GrpcParts } from "./parts.ts";
import { subscribe } from "./subscribe.ts";

/** A contract, where it is served, and what answers it. */
export type Contract = {
  readonly name: string;
  readonly port: keyof GrpcSettings;
  readonly service: DescService;
  readonly handlers: (parts: GrpcParts) => UntypedServiceImplementation;
};

/** The four contracts. What concerns messages goes over the uplink, everything else to the edge's own endpoints. [NG1] */
export const contracts: readonly Contract[] = [
  { name: "grpc-auth", port: "authPort", service: LoginService, handlers: (parts) => passOn(LoginService, parts) },
  { name: "grpc-gateway", port: "gatewayPort", service: GatewayService, handlers: gatewayHandlers },
  {
    name: "grpc-chatroom",
    port: "chatroomPort",
    service: ChatroomService,
    handlers: (parts) => passOn(ChatroomService, parts),
  },
  { name: "grpc-chat", port: "chatPort", service: ChatService, handlers: chatHandlers },
];

function passOn(service: DescService, { calls }: GrpcParts): UntypedServiceImplementation {
  const handlers: UntypedServiceImplementation = {};
  for (const method of service.methods) {
    if (!isUnary(method)) continue;
    handlers[method.localName] = unary(method, (request, call) => calls.pass(method, request, call));
  }
  return handlers;
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === "unary";
}

/** The credential is in the request. */
function gatewayHandlers(parts: GrpcParts): UntypedServiceImplementation {
  const { method } = GatewayService;
  return {
    ...passOn(GatewayService, parts),
    sendMessage: unary(method.sendMessage, (request, call) =>
      sendMessage(parts, request.auth?.credential ?? "", request, call),
    ),
    getHistory: unary(method.getHistory, (request, call) =>
      getHistory(parts, request.auth?.credential ?? "", request, call),
    ),
    subscribe: streaming(method.subscribe, (request, call) =>
      subscribe(parts, request.auth?.credential ?? "", request, call),
    ),
  };
}

/** The credential is in the metadata. */
function chatHandlers(parts: GrpcParts): UntypedServiceImplementation {
  const { method } = ChatService;
  return {
    sendMessage: unary(method.sendMessage, (request, call) => sendMessage(parts, readBearer(call), request, call)),
    getHistory: unary(method.getHistory, (request, call) => getHistory(parts, readBearer(call), request, call)),
    subscribe: streaming(method.subscribe, (request, call) => subscribe(parts, readBearer(call), request, call)),
  };
}
