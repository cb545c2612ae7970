import type { ServiceImpl } from "@connectrpc/connect";
import type { ChatroomService } from "../../../contracts/gen/chatroom_pb.ts";
import { signedIn } from "./call.ts";
import { createRoom, deleteRoom, enterRoom, getPeople, leaveRoom } from "./rooms.ts";

/** chat.ChatroomService: rooms and who entered them, with the credential in the metadata. [RP5] */
export const chatroomService: ServiceImpl<typeof ChatroomService> = {
  async createRoom(request, context) {
    await createRoom(signedIn(context), request);
    return { ok: true };
  },
  async deleteRoom(request, context) {
    return { ok: await deleteRoom(signedIn(context), request) };
  },
  async enterRoom(request, context) {
    await enterRoom(signedIn(context), request);
    return { ok: true };
  },
  async leaveRoom(request, context) {
    return { ok: await leaveRoom(signedIn(context), request) };
  },
  getPeople: (request, context) => getPeople(signedIn(context), request),
};
