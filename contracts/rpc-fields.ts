import type { RoomEvent } from "./event.ts";
import { limits } from "./limits.ts";
import { parseMessage } from "./message-body.ts";
import { parseRoomName } from "./names.ts";
import { isClientId } from "./native.ts";
import { fail, ok, type Reply } from "./reply.ts";
import type { Outgoing } from "./services.ts";

/** Where somebody acts: a room, and whom the caller takes itself for. That it is the caller is the room's to say. */
export type Place = { readonly room: string; readonly personName: string };

/** What SendMessage carries, in either contract. */
export type SendFields = {
  readonly roomName: string;
  readonly personName: string;
  readonly text: string;
  readonly clientTsMs: bigint;
  readonly msgId: string;
};

/** Reads a field that must not be empty. */
export function parseFilled(name: string, value: string): Reply<string> {
  return value === "" ? fail("badRequest", `${name} is empty`) : ok(value);
}

/** Reads room_name and person_name. */
export function parsePlace(fields: { readonly roomName: string; readonly personName: string }): Reply<Place> {
  const room = parseRoomName(fields.roomName);
  if (!room.ok) return room;
  const personName = parseFilled("person_name", fields.personName);
  return personName.ok ? ok({ room: room.value, personName: personName.value }) : personName;
}

/** Reads a message. An empty msg_id is none, and a client_ts_ms of 0 says nothing. [RP6] */
export function parseOutgoing({ personName, text, clientTsMs, msgId }: SendFields): Reply<Outgoing> {
  const body = parseMessage(text);
  if (!body.ok) return body;
  if (msgId !== "" && !isClientId(msgId)) {
    return fail("badRequest", `msg_id has at most ${limits.CLIENT_ID_CHARS_MAX} characters`);
  }
  const atMs = Number(clientTsMs);
  if (!Number.isSafeInteger(atMs)) return fail("badRequest", "client_ts_ms is not a time in milliseconds");
  const id = msgId === "" ? {} : { id: msgId };
  const stamp = { ...id, ...(atMs === 0 ? {} : { atMs }) };
  return ok({ ...id, body: body.value, personName, ...(Object.keys(stamp).length === 0 ? {} : { stamp }) });
}

/** How many messages GetHistory answers: 0 is the default, and everything else is clamped. [RP7] */
export function toHistoryLimit(limit: number): number {
  if (limit === 0) return limits.RPC_HISTORY_DEFAULT;
  return Math.min(Math.max(limit, 1), limits.RPC_HISTORY_MAX);
}

/** Reads after_seq. What no log can reach is left to the room, which says that it has not come that far. */
export function parseAfterSeq(afterSeq: bigint | undefined): Reply<number | undefined> {
  if (afterSeq === undefined) return ok(undefined);
  if (afterSeq < 0n) return fail("badRequest", "after_seq is below 0");
  return ok(Math.min(Number(afterSeq), Number.MAX_SAFE_INTEGER));
}

/** An event as chatmsg.ChatMessage and gateway.ChatMessage have it. */
export function toChatMessage(roomName: string, { seq, from, at, body, stamp }: RoomEvent) {
  return {
    roomName,
    personName: from.name,
    text: body ?? "",
    serverSeq: BigInt(seq),
    clientTsMs: BigInt(stamp?.atMs ?? 0),
    serverTsMs: BigInt(at),
    msgId: stamp?.id ?? "",
  };
}
