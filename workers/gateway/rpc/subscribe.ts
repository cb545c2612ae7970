import type { HandlerContext } from "@connectrpc/connect";
import { encodeIdentity, IDENTITY_HEADER, type Identity } from "../../../contracts/identity.ts";
import { describeError } from "../../../contracts/log.ts";
import { parseAfterSeq, parsePlace, toChatMessage } from "../../../contracts/rpc-fields.ts";
import { traceHeaders } from "../../../contracts/trace-hops.ts";
import { answerInTime } from "../answer-in-time.ts";
import { toUnavailable } from "../ask.ts";
import type { GatewayContext } from "../context.ts";
import { unwrap } from "../refused.ts";
import { askForSocket, socketUrl } from "../upgrade.ts";
import { type Caller, fieldsOf } from "./call.ts";
import { NORMAL_CLOSE, RoomFeed } from "./room-feed.ts";
import { noteSubscribe } from "./send-order.ts";
import { withinSignal } from "./within-signal.ts";

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
  const caller = readCaller();
  const { c, identity, sendHeaders } = caller;
  const { room, personName } = await fieldsOf(caller, parsePlace(request));
  const afterSeq = await fieldsOf(caller, parseAfterSeq(request.afterSeq));
  const stands = noteSubscribe(identity.sessionId, room);
  let close = stands;
  try {
    const socket = await openWithin(context.signal, openSocket(c, identity, room));
    const feed = new RoomFeed(socket, { personName, afterSeq });
    close = () => feed.close();
    context.signal.addEventListener("abort", close);
    context.signal.throwIfAborted();
    await stand(feed);
    stands();
    sendHeaders(context.responseHeader);
    for await (const event of feed.events()) yield toChatMessage(room, event);
    context.signal.throwIfAborted();
  } finally {
    stands();
    context.signal.removeEventListener("abort", close);
    close();
  }
}

/** A caller does not wait for the room past its own deadline; a seat that comes all the same is given back. [RP4] */
async function openWithin(signal: AbortSignal, opening: Promise<WebSocket>): Promise<WebSocket> {
  try {
    return await withinSignal(signal, opening);
  } catch (error) {
    void opening.then(giveBack, () => {});
    throw error;
  }
}

function giveBack(socket: WebSocket): void {
  socket.accept();
  socket.close(NORMAL_CLOSE);
}

/** The room has as long for its answer to hello as the chat service for the socket. [SV4] */
async function stand(feed: RoomFeed): Promise<void> {
  const standing = await answerInTime(() => feed.standing).catch((error: unknown) => {
    throw toUnavailable("chat", "deadline", describeError(error));
  });
  unwrap(standing);
}

async function openSocket(c: GatewayContext, identity: Identity, room: string): Promise<WebSocket> {
  const headers = { ...traceHeaders(), [IDENTITY_HEADER]: encodeIdentity(identity), upgrade: "websocket" };
  const { webSocket } = await askForSocket(c, new Request(socketUrl(c, room), { headers }));
  if (webSocket === null) throw new Error("the chat service answered 101 without a socket");
  return webSocket;
}
