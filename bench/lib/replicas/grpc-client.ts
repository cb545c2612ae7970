import { join } from "node:path";
import { credentials, Metadata, makeClientConstructor } from "@grpc/grpc-js";
import { loadSync, type ServiceDefinition } from "@grpc/proto-loader";
import type { OriginSite } from "./measures.ts";

const proto = join(import.meta.dirname, "../../../contracts/proto/chat.proto");
const service = loadSync(proto, { keepCase: true })["chatmsg.ChatService"] as ServiceDefinition;
const Client = makeClientConstructor(service, "ChatService");
const { SendMessage, Subscribe } = service;

/** A native client of chatmsg.ChatService on one channel. Answers stay bytes: what they cost is the generator's. */
export function chatClient(port: number) {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const asItIs = (bytes: Buffer) => bytes;
  return {
    send(request: object, token: string): Promise<void> {
      if (SendMessage === undefined) throw new Error("no SendMessage");
      const { path, requestSerialize } = SendMessage;
      return new Promise((resolve, reject) => {
        const done = (error: Error | null) => (error === null ? resolve() : reject(error));
        client.makeUnaryRequest(path, requestSerialize, asItIs, request, bearer(token), done);
      });
    },
    subscribe(request: object, token: string) {
      if (Subscribe === undefined) throw new Error("no Subscribe");
      const { path, requestSerialize } = Subscribe;
      return client.makeServerStreamRequest(path, requestSerialize, asItIs, request, bearer(token));
    },
    close: () => client.close(),
  };
}

/** The room and the person of a site, as the contract names them. */
export function placeOf({ room, name }: OriginSite) {
  return { room_name: String(room), person_name: name };
}

function bearer(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}
