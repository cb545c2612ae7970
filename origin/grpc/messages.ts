import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { isStanding, type RoomEvent } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { parseRoomName } from "../../contracts/names.ts";
import { ok, type Reply } from "../../contracts/reply.ts";
import { parseOutgoing, parsePlace, type SendFields, toHistoryLimit } from "../../contracts/rpc-fields.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";
import type { Edge } from "../edge/edge.ts";
import { trafficMetrics } from "../traffic-metrics.ts";
import { type Call, parseCredential } from "./call.ts";
import { encodeMessage } from "./encoded-run.ts";
import type { GrpcParts } from "./parts.ts";
import { type Answer, toAnswer } from "./status.ts";

type HistoryFields = { readonly roomName: string; readonly limit: number };
type SendReply = Readonly<{ ok: boolean; message: string; serverSeq: bigint; serverTsMs: bigint }>;
type Parcel = { readonly room: string; readonly message: Outgoing };
type History = { readonly token: string; readonly room: string; readonly limit: number };

const HISTORY_MESSAGES = 1;
/** What a message costs in a reply beside itself: its tag and its length. */
const FRAMING_BYTES = 6;

/** SendMessage of either contract: handed to the edge in the turn in which it came, so that the order stays. [NG6] */
export async function sendMessage(
  { edge, calls }: GrpcParts,
  credential: string,
  request: SendFields,
  call: Call,
): Promise<Answer<SendReply>> {
  const token = parseCredential(credential);
  if (!token.ok) return toAnswer(token);
  const parcel = parseParcel(request);
  if (!parcel.ok) return calls.refuse(parcel, token.value, call);
  const sent = await edge.send(token.value, parcel.value.room, parcel.value.message);
  trafficMetrics.sends.inc({ carrier: "grpc", outcome: sent.ok ? "sent" : sent.failure });
  return toAnswer(sent.ok ? ok(toSendReply(sent.value)) : sent);
}

/** GetHistory of either contract: the last messages, oldest first, as many as fit into RPC_REPLY_BYTES_MAX. [NG13] */
export async function getHistory(
  { edge, calls }: GrpcParts,
  credential: string,
  request: HistoryFields,
  call: Call,
): Promise<Answer<Buffer>> {
  const token = parseCredential(credential);
  if (!token.ok) return toAnswer(token);
  const room = parseRoomName(request.roomName);
  if (!room.ok) return calls.refuse(room, token.value, call);
  const newest = await readNewest(edge, { token: token.value, room: room.value, limit: toHistoryLimit(request.limit) });
  return toAnswer(newest.ok ? ok(encodeHistory(room.value, newest.value)) : newest);
}

function parseParcel(request: SendFields): Reply<Parcel> {
  const place = parsePlace(request);
  if (!place.ok) return place;
  const message = parseOutgoing(request);
  return message.ok ? ok({ room: place.value.room, message: message.value }) : message;
}

function toSendReply({ seq, at }: Sent): SendReply {
  return { ok: true, message: "OK", serverSeq: BigInt(seq), serverTsMs: BigInt(at) };
}

/** Newest first. A page of the log is bounded in bytes too, so several may be read; each holds one message at least. */
async function readNewest(edge: Edge, { token, room, limit }: History): Promise<Reply<readonly RoomEvent[]>> {
  const newest: RoomEvent[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (let pages = 0; pages < limit && newest.length < limit; pages++) {
    const query = { before, limit: limit - newest.length, messagesOnly: true } as const;
    const page = await edge.history(token, room, query);
    if (!page.ok) return page;
    newest.push(...page.value.events.filter(isStanding).toReversed());
    const [oldest] = page.value.events;
    if (!page.value.more || oldest === undefined) break;
    before = oldest.seq;
  }
  return ok(newest);
}

/** The reply of both contracts, which spell it alike. */
function encodeHistory(room: string, newestFirst: readonly RoomEvent[]): Buffer {
  const fitting: Buffer[] = [];
  let bytes = 0;
  for (const event of newestFirst) {
    const message = encodeMessage(room, event);
    bytes += message.length + FRAMING_BYTES;
    if (bytes > limits.RPC_REPLY_BYTES_MAX) break;
    fitting.push(message);
  }
  const writer = new BinaryWriter();
  for (const message of fitting.toReversed()) writer.tag(HISTORY_MESSAGES, WireType.LengthDelimited).bytes(message);
  return Buffer.from(writer.finish());
}
