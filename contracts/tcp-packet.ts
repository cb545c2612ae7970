import { type JoinFrame, Op, parseJoin } from "./gochat.ts";
import { limits } from "./limits.ts";
import { fail, ok, type Reply } from "./reply.ts";

/** The op of an answer to a send that brought a `msgId`. Not gochat's own: its clients never ask for one. [TC11] */
export const ACK_OP = 7;

/** A message that a TCP client sends. Who sends it is no part of it: that is the session of the connection. [P5] */
export type TcpSend = { readonly roomId: number; readonly msg: string; readonly authToken: string | null };

/** What a TCP client says. What it says wrong within a frame is refused with the frame's own op and msgId. */
export type Packet =
  | { readonly type: "bind"; readonly join: Reply<JoinFrame> }
  | { readonly type: "send"; readonly msgId: string | null; readonly roomId: number; readonly send: Reply<TcpSend> }
  | { readonly type: "other"; readonly op: number };

type Fields = Readonly<Record<string, unknown>>;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads the body of a client's frame. Refuses what is no JSON object with an op: such a stream is not gochat's. [TC3] */
export function parsePacket(body: Uint8Array): Reply<Packet> {
  const fields = parseFields(body);
  if (fields === null) return fail("badRequest", "the frame's body is not a JSON object in UTF-8");
  const { op } = fields;
  if (typeof op !== "number" || !Number.isSafeInteger(op))
    return fail("badRequest", "the frame's op is not an integer");
  if (op === Op.bind) return ok({ type: "bind", join: parseJoin(fields) });
  return ok(op === Op.roomSend ? parseSend(fields) : { type: "other", op });
}

function parseFields(body: Uint8Array): Fields | null {
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}

function parseSend(fields: Fields): Packet {
  const msgId = isClientId(fields.msgId) ? fields.msgId : null;
  const roomId = Number.isSafeInteger(fields.roomId) ? Number(fields.roomId) : 0;
  const refused = (message: string): Packet => ({ type: "send", msgId, roomId, send: fail("badRequest", message) });
  const { msg, authToken = "" } = fields;
  if (fields.msgId !== undefined && msgId === null) {
    return refused(`msgId is a string of 1 to ${limits.CLIENT_ID_CHARS_MAX} characters`);
  }
  if (roomId < 1) return refused("roomId is an integer above 0");
  if (typeof msg !== "string" || msg === "") return refused("the message is empty");
  if (!msg.isWellFormed()) return refused("the message is not well-formed Unicode");
  if (typeof authToken !== "string") return refused("authToken is a string");
  return { type: "send", msgId, roomId, send: ok({ roomId, msg, authToken: authToken || null }) };
}

function isClientId(value: unknown): value is string {
  return (
    typeof value === "string" && value !== "" && value.length <= limits.CLIENT_ID_CHARS_MAX && value.isWellFormed()
  );
}

/** What the origin answers beside gochat's own frames, in the shape of its messages. */
export type Notice = {
  readonly op: number;
  readonly code: number;
  readonly msg: string;
  readonly roomId: number;
  readonly msgId?: string | null;
  readonly retryAfterMs?: number | undefined;
};

/** The body of a notice: gochat's fields, and `msgId` and `retryAfterMs` where there are some. */
export function encodeNotice({ op, code, msg, roomId, msgId, retryAfterMs }: Notice): string {
  const nobody = { fromUserId: 0, fromUserName: "", toUserId: 0, toUserName: "" };
  return JSON.stringify({
    code,
    msg,
    ...nobody,
    roomId,
    op,
    createTime: "",
    ...(msgId ? { msgId } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
