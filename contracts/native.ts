import { parseEmoji } from "./emoji.ts";
import type { Person, RoomEvent } from "./event.ts";
import type { FailureName } from "./failures.ts";
import { limits } from "./limits.ts";
import { fail, ok, type Refusal, type Reply } from "./reply.ts";
import type { InboxEntry, Marks } from "./rooms.ts";

/** The WebSocket subprotocol of the native dialect; a browser adds a second one, `token.<token>`. */
export const SUBPROTOCOL = "edgechat.v1";
/** Text that a client sends every PING_MS and the runtime answers without waking the room. */
export const PING = "ping";
export const PONG = "pong";
export const PING_MS = 25_000;

/** A point in a room's log. */
export type LogPosition = { readonly epoch: string; readonly seq: number };
export type Presence = { readonly count: number; readonly users: readonly Person[] };

/** What a native client sends. One WebSocket frame holds a JSON array of these, or a single one. */
export type ClientFrame =
  | { readonly type: "hello"; readonly resume?: LogPosition }
  | { readonly type: "send"; readonly id: string; readonly body: string; readonly replyTo?: number }
  | { readonly type: "ack"; readonly seq: number }
  | { readonly type: "read"; readonly seq: number }
  | { readonly type: "typing" }
  | { readonly type: "history"; readonly req: string | number; readonly query: PageQuery }
  | ChangeFrame;

/** A change of a message that is on the log: `seq` is the message's, `id` names the change. */
export type ChangeFrame =
  | { readonly type: "edit"; readonly id: string; readonly seq: number; readonly body: string }
  | { readonly type: "delete"; readonly id: string; readonly seq: number }
  | {
      readonly type: "react";
      readonly id: string;
      readonly seq: number;
      readonly emoji: string;
      readonly on: boolean;
    }
  | { readonly type: "pin"; readonly id: string; readonly seq: number; readonly on: boolean };

/**
 * A page of the log: the events after a seq, or those before it; at most `limit`. The services may ask for messages
 * alone: what is no message, and messages that were deleted, are left out then.
 */
export type PageQuery =
  | { readonly after: number; readonly limit: number }
  | { readonly before: number; readonly limit: number; readonly messagesOnly?: true };

/** What the room sends. One WebSocket frame holds a JSON array of these. */
export type ServerFrame =
  | {
      readonly type: "welcome";
      readonly room: string;
      readonly epoch: string;
      readonly seq: number;
      readonly you: Person & { readonly session: string; readonly read: number; readonly unread: number };
      readonly presence: Presence;
      /** Bytes that may be unacknowledged now; it shrinks as the room fills. */
      readonly window: number;
    }
  | { readonly type: "resumed"; readonly from: number; readonly to: number }
  /** Not retained any more: in answer to a resume, and later to a reader who lags behind a cut. Who has it lost nothing. */
  | { readonly type: "truncated"; readonly from: number; readonly to: number }
  | { readonly type: "reset"; readonly epoch: string; readonly seq: number }
  | { readonly type: "events"; readonly after: number; readonly events: readonly RoomEvent[] }
  | { readonly type: "ok"; readonly id: string; readonly seq: number; readonly at: number; readonly duplicate?: true }
  | {
      readonly type: "refused";
      readonly id?: string;
      /** The history request that was refused. */
      readonly req?: string | number;
      readonly failure: FailureName;
      readonly message: string;
      readonly retryAfterMs?: number;
    }
  | {
      readonly type: "presence";
      readonly joined: readonly Person[];
      readonly left: readonly Person[];
      readonly count: number;
    }
  | { readonly type: "typing"; readonly users: readonly Person[] }
  /** How far others got and read, where that changed; at most once a second, in rooms of MARKS_LIVE_SEATS_MAX seats. */
  | { readonly type: "marks"; readonly marks: readonly Marks[] }
  /**
   * The window is used up: nothing more comes before an ack. `window` is what it is by now, in bytes; rooms of one version
   * back do not say so.
   */
  | { readonly type: "lagging"; readonly seq: number; readonly window?: number }
  | {
      readonly type: "history";
      readonly req: string | number;
      readonly after: number;
      readonly events: readonly RoomEvent[];
      readonly more: boolean;
    }
  | { readonly type: "reconnect"; readonly afterMs: number };

/**
 * What an inbox's socket sends, as JSON arrays: `inbox` once after the upgrade and page by page, then `changed` for rooms
 * that are different, each at most once a second, and `gone` for rooms that are not the user's any more. The client
 * sends nothing but PING: anything else is `refused`. `silent`: do not disturb the user with it; a `changed` without rooms
 * says that this is different.
 */
export type InboxFrame =
  | { readonly type: "inbox"; readonly rooms: readonly InboxEntry[]; readonly more: boolean; readonly silent: boolean }
  | { readonly type: "changed"; readonly rooms: readonly InboxEntry[]; readonly silent: boolean }
  | { readonly type: "gone"; readonly room: string }
  | { readonly type: "refused"; readonly failure: FailureName; readonly message: string };

/** A frame that could not be read: the refusal, and the id it carried so that the client can match it. */
export type BadFrame = { readonly type: "bad"; readonly refusal: Refusal; readonly id?: string };

type Fields = Readonly<Record<string, unknown>>;

/** Reads one WebSocket text frame. The frames that are good count even when their neighbours are not. */
export function parseClientFrames(text: string): Reply<readonly (ClientFrame | BadFrame)[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("badRequest", "the frame is not JSON");
  }
  const list = Array.isArray(value) ? value : [value];
  if (list.length > limits.FRAMES_PER_MESSAGE_MAX) {
    return fail("tooLarge", `more than ${limits.FRAMES_PER_MESSAGE_MAX} frames in one WebSocket frame`);
  }
  return ok(list.map(parseClientFrame));
}

function parseClientFrame(value: unknown): ClientFrame | BadFrame {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return bad("a frame is a JSON object");
  const fields = value as Fields;
  switch (fields.type) {
    case "send":
      return parseSend(fields);
    case "ack":
    case "read":
      return isSeq(fields.seq) ? { type: fields.type, seq: fields.seq } : bad(`${fields.type}.seq is not a seq`);
    case "typing":
      return { type: "typing" };
    case "hello":
      return parseHello(fields);
    case "history":
      return parseHistory(fields);
    case "edit":
    case "delete":
    case "react":
    case "pin":
      return parseChange(fields.type, fields);
    default:
      return bad("unknown frame type", fields);
  }
}

function parseSend(fields: Fields): ClientFrame | BadFrame {
  const { id, body, replyTo } = fields;
  if (!isClientId(id)) return bad(`send.id is a string of 1 to ${limits.CLIENT_ID_CHARS_MAX} characters`);
  if (typeof body !== "string") return bad("send.body is a string", fields);
  if (replyTo === undefined) return { type: "send", id, body };
  return isSeq(replyTo) && replyTo > 0 ? { type: "send", id, body, replyTo } : bad("send.replyTo is not a seq", fields);
}

function parseChange(type: ChangeFrame["type"], fields: Fields): ChangeFrame | BadFrame {
  const { id, seq, body, emoji, on } = fields;
  if (!isClientId(id)) return bad(`${type}.id is a string of 1 to ${limits.CLIENT_ID_CHARS_MAX} characters`);
  if (!isSeq(seq) || seq === 0) return bad(`${type}.seq is not the seq of a message`, fields);
  if (type === "delete") return { type, id, seq };
  if (type === "edit") return typeof body === "string" ? { type, id, seq, body } : bad("edit.body is a string", fields);
  if (type === "pin") return typeof on === "boolean" ? { type, id, seq, on } : bad("pin.on is a boolean", fields);
  if (typeof emoji !== "string" || typeof on !== "boolean") return bad("react wants emoji and on", fields);
  const parsed = parseEmoji(emoji);
  return parsed.ok ? { type, id, seq, emoji: parsed.value, on } : { type: "bad", refusal: parsed, id };
}

function parseHello({ resume }: Fields): ClientFrame | BadFrame {
  if (resume === undefined || resume === null) return { type: "hello" };
  const { epoch, seq } = resume as Fields;
  if (typeof epoch !== "string" || !isSeq(seq)) return bad("hello.resume is {epoch: string, seq: integer}");
  return { type: "hello", resume: { epoch, seq } };
}

function parseHistory(fields: Fields): ClientFrame | BadFrame {
  const { req, before, after, limit = limits.PAGE_DEFAULT } = fields;
  if (typeof req !== "string" && typeof req !== "number") return bad("history.req is a string or a number");
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 1)
    return bad("history.limit is above 0", fields);
  const capped = Math.min(limit, limits.PAGE_MAX);
  if (isSeq(after) && before === undefined) return { type: "history", req, query: { after, limit: capped } };
  if (isSeq(before) && after === undefined) return { type: "history", req, query: { before, limit: capped } };
  return bad("history wants either before or after, a seq", fields);
}

/** Whether a value can be a seq: a safe integer, 0 for "before the first event". */
export function isSeq(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Whether a value can be a client's id for one send or change. */
export function isClientId(value: unknown): value is string {
  return (
    typeof value === "string" && value.length >= 1 && value.length <= limits.CLIENT_ID_CHARS_MAX && value.isWellFormed()
  );
}

function bad(message: string, fields: Fields = {}): BadFrame {
  const refusal = fail("badRequest", message);
  return typeof fields.id === "string" ? { type: "bad", refusal, id: fields.id } : { type: "bad", refusal };
}
