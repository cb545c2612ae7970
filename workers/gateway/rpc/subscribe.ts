import type { HandlerContext } from "@connectrpc/connect";
import { encodeIdentity, IDENTITY_HEADER, type Identity } from "../../../contracts/identity.ts";
import { traceHeaders } from "../../../contracts/trace-hops.ts";
import { ask } from "../ask.ts";
import type { GatewayContext } from "../context.ts";
import { unwrap } from "../refused.ts";
import { askForSocket, socketUrl } from "../upgrade.ts";
import type { RpcCall } from "./call.ts";
import { parseAfterSeq, parsePlace } from "./fields.ts";
import { toChatMessage } from "./messages.ts";
import { RoomFeed } from "./room-feed.ts";

type Caller = RpcCall & { readonly identity: Identity };
type SubscribeFields = {
  readonly roomName: string;
  readonly personName: string;
  readonly afterSeq?: bigint | undefined;
};

/**
 * Subscribe of either contract: the gateway takes a native seat in the room for as long as the caller reads. The headers
 * leave when the subscription stands, and the seat is free as soon as the caller is gone. [RP8]
 */
export async function* subscribe(readCaller: () => Caller, request: SubscribeFields, context: HandlerContext) {
  const { c, identity, sendHeaders } = readCaller();
  const { room, personName } = unwrap(parsePlace(request));
  const afterSeq = unwrap(parseAfterSeq(request.afterSeq));
  const feed = new RoomFeed(await openSocket(c, identity, room), { personName, afterSeq });
  const close = () => feed.close();
  context.signal.addEventListener("abort", close);
  try {
    context.signal.throwIfAborted();
    await ask(c, () => feed.standing);
    sendHeaders(context.responseHeader);
    for await (const event of feed.events()) yield toChatMessage(room, event);
    context.signal.throwIfAborted();
  } finally {
    context.signal.removeEventListener("abort", close);
    close();
  }
}

async function openSocket(c: GatewayContext, identity: Identity, room: string): Promise<WebSocket> {
  const headers = { ...traceHeaders(), [IDENTITY_HEADER]: encodeIdentity(identity), upgrade: "websocket" };
  const { webSocket } = await askForSocket(c, new Request(socketUrl(c, room), { headers }));
  if (webSocket === null) throw new Error("the chat service answered 101 without a socket");
  return webSocket;
}
