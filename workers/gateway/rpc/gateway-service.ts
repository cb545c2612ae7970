import type { ServiceImpl } from "@connectrpc/connect";
import type { Auth, GatewayService } from "../../../contracts/gen/gateway_pb.ts";
import { type Context, signedInBy } from "./call.ts";
import { getHistory, sendMessage } from "./messages.ts";
import { createRoom, deleteRoom, enterRoom, getPeople, leaveRoom } from "./rooms.ts";
import { subscribe } from "./subscribe.ts";

/** gateway.GatewayService: rooms and messages, with the credential in the request. [RP5] [RP6] [RP7] [RP8] */
export const gatewayService: ServiceImpl<typeof GatewayService> = {
  async createRoom(request, context) {
    await createRoom(caller(request, context), request);
    return toRoomOpReply(true);
  },
  async deleteRoom(request, context) {
    return toRoomOpReply(await deleteRoom(caller(request, context), request));
  },
  async enterRoom(request, context) {
    await enterRoom(caller(request, context), request);
    return toRoomOpReply(true);
  },
  async leaveRoom(request, context) {
    return toRoomOpReply(await leaveRoom(caller(request, context), request));
  },
  getPeople: (request, context) => getPeople(caller(request, context), request),
  sendMessage: (request, context) => sendMessage(caller(request, context), request),
  getHistory: (request, context) => getHistory(caller(request, context), request),
  subscribe: (request, context) => subscribe(() => caller(request, context), request, context),
};

function caller({ auth }: { readonly auth?: Auth | undefined }, context: Context) {
  return signedInBy(context, auth?.credential ?? "");
}

function toRoomOpReply(ok: boolean) {
  return { ok, message: ok ? "OK" : "FAIL" };
}
