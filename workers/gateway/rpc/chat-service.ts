import type { ServiceImpl } from "@connectrpc/connect";
import type { ChatService } from "../../../contracts/gen/chat_pb.ts";
import { signedIn } from "./call.ts";
import { getHistory, sendMessage } from "./messages.ts";
import { subscribe } from "./subscribe.ts";

/** chatmsg.ChatService: messages, with the credential in the metadata. [RP6] [RP7] [RP8] */
export const chatService: ServiceImpl<typeof ChatService> = {
  sendMessage: (request, context) => sendMessage(signedIn(context), request),
  getHistory: (request, context) => getHistory(signedIn(context), request),
  subscribe: (request, context) => subscribe(() => signedIn(context), request, context),
};
