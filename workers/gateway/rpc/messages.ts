import { isStanding, type RoomEvent } from "../../../contracts/event.ts";
import { parseRoomName } from "../../../contracts/names.ts";
import {
  parseOutgoing,
  parsePlace,
  type SendFields,
  toChatMessage,
  toHistoryLimit,
} from "../../../contracts/rpc-fields.ts";
import { ask } from "../ask.ts";
import { type Caller, fieldsOf } from "./call.ts";
import { afterSubscribes } from "./send-order.ts";

type HistoryFields = { readonly roomName: string; readonly limit: number };

/** SendMessage of either contract: answers when the message is on disk, a repeated one with where it stands. [RP6] */
export async function sendMessage(caller: Caller, request: SendFields) {
  const { c, identity } = caller;
  const { room } = await fieldsOf(caller, parsePlace(request));
  const message = await fieldsOf(caller, parseOutgoing(request));
  await afterSubscribes(identity.sessionId, room);
  const { seq, at } = await ask(c, ({ chat }) => chat.send(identity, room, message));
  return { ok: true, message: "OK", serverSeq: BigInt(seq), serverTsMs: BigInt(at) };
}

/**
 * GetHistory of either contract: the last messages, oldest first. A page of the log is bounded in bytes too, so several
 * may be read; each holds one message at least. What is no message is left out by the room: the limit counts messages. [RP7]
 */
export async function getHistory(caller: Caller, request: HistoryFields) {
  const { c, identity } = caller;
  const room = await fieldsOf(caller, parseRoomName(request.roomName));
  const limit = toHistoryLimit(request.limit);
  let messages: readonly RoomEvent[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (let pages = 0; pages < limit && messages.length < limit; pages++) {
    const query = { before, limit: limit - messages.length, messagesOnly: true } as const;
    const { events, more } = await ask(c, ({ chat }) => chat.history(identity, room, query));
    messages = [...events.filter(isStanding), ...messages];
    if (!more || events[0] === undefined) break;
    before = events[0].seq;
  }
  return { messages: messages.map((event) => toChatMessage(room, event)) };
}
