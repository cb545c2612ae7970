import type { RoomEvent } from "./event.ts";
import { fail, ok, type Reply } from "./reply.ts";

/** gochat operation numbers. They are on the wire: never renumber, never reuse. */
export const Op = { singleSend: 2, roomSend: 3, roomCount: 4, roomInfo: 5, bind: 6 } as const;

/** gochat's envelope around every REST answer. */
export type Envelope = { readonly code: number; readonly message: string; readonly data: unknown };

/** The first frame that a client sends on /ws. It names the room, so the URL does not have to. */
export type JoinFrame = { readonly authToken: string; readonly roomId: number };

/** A message to a user (op 2) or to a room (op 3). */
export type MessageFrame = {
  readonly code: 0;
  readonly msg: string;
  readonly fromUserId: number;
  readonly fromUserName: string;
  readonly toUserId: number;
  readonly toUserName: string;
  readonly roomId: number;
  readonly op: typeof Op.singleSend | typeof Op.roomSend;
  readonly createTime: string;
};
export type CountFrame = { readonly op: typeof Op.roomCount; readonly count: number };
export type RoomInfoFrame = {
  readonly op: typeof Op.roomInfo;
  readonly roomId: number;
  readonly count: number;
  readonly roomUserInfo: Readonly<Record<string, string>>;
};
export type GochatFrame = MessageFrame | CountFrame | RoomInfoFrame;

/** A message to one user, as the pair's room hands it to the sockets of the recipient. */
export type DirectMessage = {
  readonly event: RoomEvent;
  readonly toUserId: number;
  readonly toUserName: string;
  readonly roomId: number;
};

/** Reads a join frame from text that nobody has checked yet. */
export function parseJoinFrame(text: string): Reply<JoinFrame> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("badRequest", "the first frame is not JSON");
  }
  if (typeof value !== "object" || value === null) return fail("badRequest", "the first frame is not an object");
  return parseJoin(value as Readonly<Record<string, unknown>>);
}

/** Reads what names a session and a room: the fields of a join frame, and of TCP's op 6. */
export function parseJoin({ authToken, roomId }: Readonly<Record<string, unknown>>): Reply<JoinFrame> {
  if (typeof authToken !== "string" || authToken === "") return fail("session");
  if (typeof roomId !== "number" || !Number.isSafeInteger(roomId) || roomId < 1) {
    return fail("badRequest", "roomId is an integer above 0");
  }
  return ok({ authToken, roomId });
}

/** A room's message in gochat's shape (op 3). */
export function toRoomFrame(event: RoomEvent, roomId: number): MessageFrame {
  return {
    code: 0,
    msg: event.body ?? "",
    fromUserId: event.from.id,
    fromUserName: event.from.name,
    toUserId: 0,
    toUserName: "",
    roomId,
    op: Op.roomSend,
    createTime: toCreateTime(event.at),
  };
}

/** A message to one user in gochat's shape (op 2). gochat leaves its createTime empty. */
export function toDirectFrame({ event, toUserId, toUserName, roomId }: DirectMessage): MessageFrame {
  return { ...toRoomFrame(event, roomId), toUserId, toUserName, op: Op.singleSend, createTime: "" };
}

/** gochat's time format, 2006-01-02 15:04:05, in UTC. */
export function toCreateTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
}
