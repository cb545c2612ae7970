import { type Client, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { LoginService } from "../../../contracts/gen/auth_pb.ts";
import { ChatService } from "../../../contracts/gen/chat_pb.ts";
import { ChatroomService } from "../../../contracts/gen/chatroom_pb.ts";
import { GatewayService } from "../../../contracts/gen/gateway_pb.ts";
import type { Calls } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

/** Clients of the four contracts that talk to a gateway under test, in one protocol. */
export type RpcClients = {
  readonly login: Client<typeof LoginService>;
  readonly chatroom: Client<typeof ChatroomService>;
  readonly chat: Client<typeof ChatService>;
  readonly gateway: Client<typeof GatewayService>;
};

/** The protocols that a caller may choose. */
export const protocols = ["connect", "connect json", "grpc-web"] as const;
export type Protocol = (typeof protocols)[number];

/** A gateway over fake services, clients of it, and everything that it asked the services. */
export function testRpc(overrides: Partial<Record<string, () => unknown>> = {}) {
  const { calls, request } = testGateway(overrides);
  // The runtime's own fetch would leave the process; of what a browser sends, these fields are the request.
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { method = "POST", headers = [], body = null } = init ?? {};
    return request(new URL(new Request(input).url).pathname, { method, headers, body });
  };
  function clients(protocol: Protocol): RpcClients {
    const options = { baseUrl: "http://chat.test", fetch, useBinaryFormat: protocol !== "connect json" };
    const transport = protocol === "grpc-web" ? createGrpcWebTransport(options) : createConnectTransport(options);
    return clientsOver(transport);
  }
  return { calls, request, clients, ...clients("connect") };
}

/** Clients of the four contracts over a transport. */
export function clientsOver(transport: Transport): RpcClients {
  return {
    login: createClient(LoginService, transport),
    chatroom: createClient(ChatroomService, transport),
    chat: createClient(ChatService, transport),
    gateway: createClient(GatewayService, transport),
  };
}

/** Metadata with a credential. */
export function bearer(token: string) {
  return { headers: { authorization: `Bearer ${token}` } };
}

/** The error that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => reason,
  );
  if (error instanceof ConnectError) return error;
  throw error;
}

/** The name of the status that a call ends with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return Code[(await errorOf(call)).code];
}

/** The methods of the services that were asked, in order. */
export function namesOf(calls: Calls): readonly string[] {
  return calls.map(({ method }) => method);
}

/** What a method of the services was given, the last time that it was asked. */
export function lastArgs(calls: Calls, method: string): readonly unknown[] | undefined {
  return calls.findLast((one) => one.method === method)?.args;
}
