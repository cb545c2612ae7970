import { Buffer } from "node:buffer";
import type { ClientStamp } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import { isSeq, type PageQuery } from "../../../contracts/native.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";
import type { Outgoing } from "../../../contracts/services.ts";
import type { UplinkRequest } from "../../../contracts/uplink.ts";

type Fields = Readonly<Record<string, unknown>>;

const CONNECTION_CHARS_MAX = 128;

/**
 * Reads one WebSocket frame of an uplink, or says what is wrong with it: the peer is our own, so that one request which
 * is not of this protocol spoils the frame. What a client made up (a room's name, a text, an id) is only text here. [UP2]
 */
export function parseUplinkFrame(data: unknown): Reply<readonly UplinkRequest[]> {
  if (typeof data !== "string") return fail("badRequest", "an uplink speaks text");
  if (Buffer.byteLength(data) > limits.UPLINK_FRAME_BYTES_MAX) return fail("tooLarge", "the frame is too large");
  const list = parseList(data);
  if (list === null) return fail("badRequest", "a frame is a JSON array of requests");
  if (list.length > limits.UPLINK_REQUESTS_PER_FRAME_MAX) return fail("tooLarge", "too many requests in one frame");
  const requests: UplinkRequest[] = [];
  for (const value of list) {
    const request = parseRequest((value ?? {}) as Fields);
    if (request === null) return fail("badRequest", `request ${requests.length} of a frame is malformed`);
    requests.push(request);
  }
  return ok(requests);
}

function parseList(text: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function parseRequest(fields: Fields): UplinkRequest | null {
  switch (fields.type) {
    case "send":
      return parseSend(fields);
    case "series":
      return parseSeries(fields);
    case "seat":
      return parseSeat(fields);
    case "unseat":
      return isConnection(fields.connection) ? { type: "unseat", connection: fields.connection } : null;
    case "history":
      return parseHistory(fields);
    case "pull": {
      const { req, room, after } = fields;
      return isSeq(req) && isText(room) && isSeq(after) ? { type: "pull", req, room, after } : null;
    }
    case "read":
      return isSeq(fields.bytes) ? { type: "read", bytes: fields.bytes } : null;
    default:
      return null;
  }
}

function parseSeat({ connection, room, token, sinceMs }: Fields): UplinkRequest | null {
  if (!isConnection(connection) || !isText(room) || !isText(token) || !isOptional(sinceMs, isTime)) return null;
  return { type: "seat", connection, room, token, ...(sinceMs === undefined ? {} : { sinceMs }) };
}

function parseSend({ req, token, room, message }: Fields): UplinkRequest | null {
  if (!isSeq(req) || !isText(token) || !isText(room)) return null;
  const outgoing = parseOutgoing((message ?? {}) as Fields);
  return outgoing === null ? null : { type: "send", req, token, room, message: outgoing };
}

function parseSeries({ req, token, room, messages }: Fields): UplinkRequest | null {
  if (!isSeq(req) || !isText(token) || !isText(room) || !Array.isArray(messages)) return null;
  const parsed = messages.map((message) => parseOutgoing((message ?? {}) as Fields));
  const outgoing = parsed.filter((message) => message !== null);
  const isWhole = outgoing.length === parsed.length && outgoing.length <= limits.OUTBOX_SERIES_MAX;
  return isWhole ? { type: "series", req, token, room, messages: outgoing } : null;
}

function parseOutgoing({ id, body, replyTo, personName, stamp }: Fields): Outgoing | null {
  if (!isText(body) || !isOptional(id, isText) || !isOptional(personName, isText)) return null;
  if (!isOptional(replyTo, isSeq) || !isOptional(stamp, isStamp)) return null;
  return {
    body,
    ...(id === undefined ? {} : { id }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(personName === undefined ? {} : { personName }),
    ...(stamp === undefined ? {} : { stamp }),
  };
}

function parseHistory({ req, token, room, query }: Fields): UplinkRequest | null {
  const page = parseQuery((query ?? {}) as Fields);
  if (page === null || !isSeq(req) || !isText(token) || !isText(room)) return null;
  return { type: "history", req, token, room, query: page };
}

function parseQuery({ after, before, limit, messagesOnly }: Fields): PageQuery | null {
  if (!isSeq(limit) || limit < 1 || limit > limits.PAGE_MAX) return null;
  if (isSeq(after) && before === undefined) return { after, limit };
  if (!isSeq(before) || after !== undefined) return null;
  return messagesOnly === true ? { before, limit, messagesOnly } : { before, limit };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}

function isConnection(value: unknown): value is string {
  return isText(value) && value.length >= 1 && value.length <= CONNECTION_CHARS_MAX;
}

/** Whether it has the right types; what it says is the room's to judge. */
function isStamp(value: unknown): value is ClientStamp {
  const { id, atMs } = (value ?? {}) as Fields;
  return typeof value === "object" && isOptional(id, isText) && (atMs === undefined || typeof atMs === "number");
}

function isOptional<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value);
}
