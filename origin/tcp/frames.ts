import { isStanding } from "../../contracts/event.ts";
import { failures } from "../../contracts/failures.ts";
import { type DirectMessage, type GochatFrame, Op, toDirectFrame, toRoomFrame } from "../../contracts/gochat.ts";
import type { Refusal } from "../../contracts/reply.ts";
import { encodeFrames, TCP_PING } from "../../contracts/tcp.ts";
import { encodeBody } from "../../contracts/tcp-cut.ts";
import { ACK_OP, encodeNotice } from "../../contracts/tcp-packet.ts";
import type { Run } from "../edge/edge.ts";

/** Frames in one piece of memory, and how many messages are in them. */
export type Frames = { readonly bytes: Buffer; readonly messages: number };

/** gochat's sign of life, the same bytes for everybody. */
export const pingFrame = encodeFrames([TCP_PING]);

// What is sent to a whole room is encoded once: its riders are handed the same object.
const encoded = new WeakMap<object, Frames>();

/** The standing messages of a run as op 3. [TC14] */
export function roomFrames(run: Run): Frames {
  const roomId = Number(run.room);
  return once(run, () => run.events.filter(isStanding).map((event) => toRoomFrame(event, roomId)));
}

/** A room's op 4 or 5. */
export function toldFrames(frame: GochatFrame): Frames {
  return once(frame, () => [frame]);
}

/** Messages to one user as op 2. */
export function directFrames(messages: readonly DirectMessage[]): Frames {
  return once(messages, () => messages.map(toDirectFrame));
}

/** A message is on the log, or kept until it is. [TC11] */
export function ackFrame(roomId: number, msgId: string): Buffer {
  return encodeFrames([encodeNotice({ op: ACK_OP, code: 0, msg: "", roomId, msgId })]);
}

/** Why something was not done. `op` is that of what was asked, and op 6 when it is about the connection itself. [TC12] */
export function refusalFrame(
  { failure, message, retryAfterMs }: Refusal,
  { op = Op.bind, roomId = 0, msgId = null }: { op?: number; roomId?: number; msgId?: string | null } = {},
): Buffer {
  return encodeFrames([encodeNotice({ op, code: failures[failure].code, msg: message, roomId, msgId, retryAfterMs })]);
}

function once(key: object, toFrames: () => readonly GochatFrame[]): Frames {
  const known = encoded.get(key);
  if (known !== undefined) return known;
  const bodies = toFrames().map(encodeBody);
  const made = { bytes: encodeFrames(bodies), messages: bodies.length };
  encoded.set(key, made);
  return made;
}
