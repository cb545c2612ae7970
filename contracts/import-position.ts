import type { RoomEvent } from "./event.ts";

/** How far an import has got: behind which seq, how many messages, and when the last event was. */
export type ImportPosition = {
  readonly seq: number;
  /** Null before the first event of a log whose beginning was cut: that event tells it. */
  readonly messages: number | null;
  readonly at: number;
};

/** Where an import begins: before the first seq that its export holds. */
export function beginImportAt(first: number): ImportPosition {
  return { seq: first - 1, messages: first === 1 ? 0 : null, at: 0 };
}

/** Behind an event. */
export function moveImport({ seq, messageNo, at }: RoomEvent): ImportPosition {
  return { seq, messages: messageNo, at };
}

/** Why an event cannot come next, or null: seqs and message numbers have no gap, and time never goes back. [RI15] */
export function refuseNext(position: ImportPosition, event: RoomEvent, nowMs: number): string | null {
  const { seq, kind, messageNo, at, target = 0, replyTo = 0, thread = 0 } = event;
  if (seq !== position.seq + 1) return `seq ${seq} does not follow seq ${position.seq}`;
  const messages = position.messages ?? messageNo - (kind === "message" ? 1 : 0);
  if (messages < 0 || messageNo !== messages + (kind === "message" ? 1 : 0)) {
    return `messageNo ${messageNo} does not follow the messages before it`;
  }
  if (at < position.at) return "the event is older than the one before it";
  if (at > nowMs) return "the event is of the future";
  return Math.max(target, replyTo, thread) < seq ? null : "the event names one that comes after it";
}
