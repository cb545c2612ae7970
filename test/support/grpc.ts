import { join } from "node:path";
import {
  type ClientReadableStream,
  credentials,
  Metadata,
  makeClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadSync, type ServiceDefinition } from "@grpc/proto-loader";
import { Inbox } from "./inbox.ts";

const PROTOS = join(import.meta.dirname, "../../contracts/proto");
// As the original's tester loads them.
const definitions = loadSync(
  ["auth", "chat", "chatroom", "gateway"].map((name) => join(PROTOS, `${name}.proto`)),
  {
    keepCase: true,
    longs: Number,
    defaults: true,
  },
);
const services = {
  auth: "auth.LoginService",
  gateway: "gateway.GatewayService",
  chatroom: "chat.ChatroomService",
  chat: "chatmsg.ChatService",
} as const;
export type GrpcContract = keyof typeof services;

/** A message of a room, as its proto names the fields. */
export type GrpcMessage = {
  readonly room_name: string;
  readonly person_name: string;
  readonly text: string;
  readonly server_seq: number;
  readonly msg_id: string;
};
export type GrpcReply = Readonly<Record<string, unknown>>;
type Request = Readonly<Record<string, unknown>>;

/** A native gRPC client made from the protos alone: HTTP/2 with trailers, one channel. */
export class GrpcClient {
  readonly #client: InstanceType<ReturnType<typeof makeClientConstructor>>;
  readonly #service: ServiceDefinition;

  constructor(contract: GrpcContract, port: number) {
    this.#service = definitions[services[contract]] as ServiceDefinition;
    const Client = makeClientConstructor(this.#service, contract);
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  /** A call with one answer; rejects with a ServiceError. */
  call(method: string, request: Request, token?: string): Promise<GrpcReply> {
    const { path, requestSerialize, responseDeserialize } = this.#method(method);
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, reply?: unknown) =>
        error ? reject(error) : resolve(reply as GrpcReply);
      const client = this.#client;
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, bearer(token), done);
    });
  }

  /** The status code that a call ends with. */
  async code(method: string, request: Request, token?: string): Promise<number> {
    try {
      await this.call(method, request, token);
      return 0;
    } catch (error) {
      return (error as ServiceError).code;
    }
  }

  /** A Subscribe that is read as fast as it can be. Nothing is waited for. */
  subscribe(request: Request, token?: string): GrpcStream {
    const { path, requestSerialize, responseDeserialize } = this.#method("Subscribe");
    const client = this.#client;
    const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, bearer(token));
    return new GrpcStream(stream as ClientReadableStream<GrpcMessage>);
  }

  close(): void {
    this.#client.close();
  }

  #method(name: string) {
    const method = this.#service[name];
    if (method === undefined) throw new Error(`the contract has no ${name}`);
    return method;
  }
}

/** A Subscribe under way. */
export class GrpcStream {
  readonly messages = new Inbox<GrpcMessage>();
  /** Resolves when the headers are there: what is accepted from now on arrives. Also when it was refused instead. */
  readonly stands: Promise<void>;
  /** The status code that it ended with. */
  readonly ended: Promise<number>;
  readonly #stream: ClientReadableStream<GrpcMessage>;

  constructor(stream: ClientReadableStream<GrpcMessage>) {
    this.#stream = stream;
    stream.on("data", (message: GrpcMessage) => this.messages.put(message));
    const { promise, resolve } = Promise.withResolvers<number>();
    stream.on("error", ({ code }: ServiceError) => resolve(code)); // without a listener it is thrown
    stream.on("status", ({ code }) => resolve(code));
    this.ended = promise;
    const headers = new Promise<void>((stand) => stream.once("metadata", () => stand()));
    this.stands = Promise.race([headers, promise.then(() => {})]);
  }

  get texts(): readonly string[] {
    return this.messages.all.map(({ text }) => text);
  }

  get seqs(): readonly number[] {
    return this.messages.all.map(({ server_seq }) => server_seq);
  }

  cancel(): void {
    this.#stream.cancel();
  }
}

function bearer(token: string | undefined): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}
