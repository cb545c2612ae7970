import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { type CallOptions, type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { LoginService } from "../../contracts/gen/auth_pb.ts";
import { ChatService } from "../../contracts/gen/chat_pb.ts";
import { ChatroomService } from "../../contracts/gen/chatroom_pb.ts";
import { type ChatMessage, GatewayService, type SubscribeRequest } from "../../contracts/gen/gateway_pb.ts";
import { Inbox } from "./inbox.ts";
import type { User } from "./rest.ts";

/** How a browser may speak to the contracts. */
export const transports = { connect: createConnectTransport, "grpc-web": createGrpcWebTransport } as const;
export type Protocol = keyof typeof transports;

export type RpcClients = {
  readonly login: Client<typeof LoginService>;
  readonly chatroom: Client<typeof ChatroomService>;
  readonly chat: Client<typeof ChatService>;
  readonly gateway: Client<typeof GatewayService>;
};

/** Clients of the four contracts, as a browser has them. */
export function rpcClients(baseUrl: string, protocol: Protocol = "grpc-web"): RpcClients {
  const transport = transports[protocol]({ baseUrl });
  return {
    login: createClient(LoginService, transport),
    chatroom: createClient(ChatroomService, transport),
    chat: createClient(ChatService, transport),
    gateway: createClient(GatewayService, transport),
  };
}

/** Metadata with a credential. */
export function bearer(token: string): CallOptions {
  return { headers: { authorization: `Bearer ${token}` } };
}

/** The name of the status that a call ends with, or "OK". */
export async function statusOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "OK";
  } catch (error) {
    return Code[ConnectError.from(error).code];
  }
}

type Wish = Pick<SubscribeRequest, "roomName" | "personName"> & {
  readonly credential: string;
  readonly afterSeq?: bigint;
};

/** A Subscribe that is read as fast as it can be. */
export class Subscriber {
  readonly messages = new Inbox<ChatMessage>();
  /** The name of the status that ended it. */
  readonly ended: Promise<string>;
  readonly #abort = new AbortController();

  private constructor(gateway: RpcClients["gateway"], { credential, ...place }: Wish, onHeader: () => void) {
    const request = { auth: { credential }, ...place };
    const stream = gateway.subscribe(request, { signal: this.#abort.signal, onHeader });
    this.ended = statusOf(this.#read(stream));
  }

  /** Subscribes and answers once the headers are there: unless it was refused, what is accepted from now on arrives. */
  static async open(gateway: RpcClients["gateway"], wish: Wish): Promise<Subscriber> {
    const headers = Promise.withResolvers<void>();
    const subscriber = new Subscriber(gateway, wish, headers.resolve);
    await Promise.race([headers.promise, subscriber.ended]);
    return subscriber;
  }

  get seqs(): readonly number[] {
    return this.messages.all.map(({ serverSeq }) => Number(serverSeq));
  }

  get texts(): readonly string[] {
    return this.messages.all.map(({ text }) => text);
  }

  /** Hangs up. */
  close(): void {
    this.#abort.abort();
  }

  async #read(stream: AsyncIterable<ChatMessage>): Promise<void> {
    for await (const message of stream) this.messages.put(message);
  }
}

/** A Subscribe whose answer is read from the network only when the test asks for it. */
export class RawSubscriber {
  readonly #answer: IncomingMessage;

  private constructor(answer: IncomingMessage) {
    this.#answer = answer;
  }

  /** Answers once the headers are there; what follows them stays in the network. */
  static async open(url: string, user: User, roomName: string): Promise<RawSubscriber> {
    const headers = { "content-type": "application/connect+json" };
    const call = request(`${url}/gateway.GatewayService/Subscribe`, { method: "POST", headers });
    call.end(envelope({ auth: { credential: user.token }, roomName, personName: user.name }));
    const [answer] = (await once(call, "response")) as [IncomingMessage];
    return new RawSubscriber(answer);
  }

  /** Reads so many messages, hangs up, and answers their seqs. */
  async read(count: number): Promise<readonly number[]> {
    const seqs: number[] = [];
    let rest = Buffer.alloc(0);
    for await (const chunk of this.#answer) {
      rest = Buffer.concat([rest, chunk as Buffer]);
      while (rest.length >= ENVELOPE_BYTES && rest.length >= ENVELOPE_BYTES + rest.readUInt32BE(1)) {
        const end = ENVELOPE_BYTES + rest.readUInt32BE(1);
        const { serverSeq } = JSON.parse(rest.toString("utf8", ENVELOPE_BYTES, end)) as { readonly serverSeq: string };
        seqs.push(Number(serverSeq));
        rest = rest.subarray(end);
      }
      if (seqs.length >= count) break;
    }
    return seqs;
  }
}

/** What stands before each message of a stream: flags and length. */
export const ENVELOPE_BYTES = 5;

/** One message of a stream, as Connect frames it: flags, length, JSON. */
export function envelope(message: object): Buffer {
  const json = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(ENVELOPE_BYTES);
  head.writeUInt32BE(json.length, 1);
  return Buffer.concat([head, json]);
}
