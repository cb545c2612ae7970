import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import {
  type ClientReadableStream,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { onTestFinished } from "vitest";
import type { Person } from "../../contracts/event.ts";
import type { Attendance } from "../redis/attendance.ts";
import { FakeEdge } from "./fake-edge.ts";
import { createGrpcService } from "./grpc-service.ts";

/** A client as it is made from the .proto files: a method takes its request, and metadata where there is any. */
export type TestClient = InstanceType<ServiceClientConstructor>;
type Fields = Readonly<Record<string, unknown>>;

export const people: Readonly<Record<string, Person>> = {
  annToken: { id: 1, name: "ann" },
  bobToken: { id: 2, name: "bob" },
};
export const auth = { credential: "annToken" };
export const place = { room_name: "tea", person_name: "ann" };

const PROTO = join(import.meta.dirname, "../../contracts/proto");
const loaderOptions = { keepCase: true, longs: Number, defaults: true } as const;

/** The gRPC services over an edge in memory, and clients of them that were made from the .proto files alone. */
export async function testGrpc(
  options: { readonly routes?: (router: ConnectRouter) => void; trustedProxies?: string } = {},
) {
  const edge = new FakeEdge(people);
  const http = await startHttpEdge(options.routes ?? (() => {}));
  const attended: string[] = [];
  const attendance: Attendance = {
    came: (_connection, room, { name }) => void attended.push(`${name} came to ${room}`),
    went: () => void attended.push("went"),
  };
  const service = await createGrpcService({
    edge,
    attendance,
    edgeUrl: http.url,
    originToken: "originToken",
    settings: { authPort: 0, gatewayPort: 0, chatroomPort: 0, chatPort: 0 },
    trustedProxies: options.trustedProxies ?? "",
    host: "127.0.0.1",
  });
  onTestFinished(service.drain);
  const client = (file: string, name: string, port: string): TestClient => {
    const made = createClient(file, name, service.ports[port] ?? 0);
    onTestFinished(() => made.close());
    return made;
  };
  return {
    edge,
    attended,
    service,
    http,
    login: client("auth.proto", "auth.LoginService", "grpc-auth"),
    gateway: client("gateway.proto", "gateway.GatewayService", "grpc-gateway"),
    chatroom: client("chatroom.proto", "chat.ChatroomService", "grpc-chatroom"),
    chat: client("chat.proto", "chatmsg.ChatService", "grpc-chat"),
  };
}

/** A client of one service, from its .proto file. */
export function createClient(path: string, name: string, port: number): TestClient {
  const loaded = loadPackageDefinition(loadSync(path, { ...loaderOptions, includeDirs: [PROTO] }));
  const Client = name.split(".").reduce<GrpcObject[string] | undefined>(member, loaded);
  if (typeof Client !== "function" || !("service" in Client)) throw new Error(`no service ${name}`);
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure());
}

function member(parent: GrpcObject[string] | undefined, name: string): GrpcObject[string] | undefined {
  return parent !== undefined && name in parent ? (parent as GrpcObject)[name] : undefined;
}

/** Metadata with these fields. */
export function metadataOf(fields: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
  return metadata;
}

/** A unary call: its reply, or a rejection with the ServiceError. */
export function ask(client: TestClient, method: string, request: Fields, metadata = new Metadata()): Promise<Fields> {
  return new Promise((resolve, reject) => {
    client[method]?.(request, metadata, (error: ServiceError | null, reply: Fields) => {
      if (error === null) resolve(reply);
      else reject(error);
    });
  });
}

/** The error that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<ServiceError> {
  const ended = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => reason,
  );
  if (ended instanceof Error && "code" in ended && "metadata" in ended) return ended as ServiceError;
  throw ended;
}

/** A Subscribe, and what came on it. */
export function subscribe(client: TestClient, request: Fields, metadata = new Metadata()) {
  const call: ClientReadableStream<Fields> = client.Subscribe?.(request, metadata);
  const messages: Fields[] = [];
  const ended = new Promise<ServiceError>((resolve) => call.once("error", resolve));
  const stands = once(call, "metadata");
  stands.catch(() => {});
  call.on("data", (message: Fields) => messages.push(message));
  onTestFinished(() => call.cancel());
  return { call, messages, ended, stands, texts: () => messages.map(({ text }) => text) };
}

async function startHttpEdge(routes: (router: ConnectRouter) => void) {
  const headers: IncomingHttpHeaders[] = [];
  const adapter = connectNodeAdapter({ routes });
  const server = createServer((request, response) => {
    headers.push(request.headers);
    adapter(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers, stop };
}
