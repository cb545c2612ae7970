import { create, toBinary } from "@bufbuild/protobuf";
import { isStanding, type RoomEvent } from "../../contracts/event.ts";
import { ChatMessageSchema } from "../../contracts/gen/chat_pb.ts";
import { toChatMessage } from "../../contracts/rpc-fields.ts";
import type { Run } from "../edge/edge.ts";
import { changedBy, isChange } from "./changed-run.ts";

/** A run as its subscribers get it. */
export type EncodedRun = {
  /** One for each event; null for what the contracts do not know, which keeps its seq. [NG9] */
  readonly messages: readonly (Buffer | null)[];
  readonly bytes: number;
  /** Those of its events that change what was said before them. */
  readonly changes: readonly RoomEvent[];
};

/** What an event costs that waits, beside its text. */
const EVENT_BYTES = 64;
const encoded = new WeakMap<Run, EncodedRun>();

/** A run's messages as bytes, made once for all subscribers of the room: both contracts spell a message alike. [NG9] */
export function encodedRun(run: Run): EncodedRun {
  const made = encoded.get(run) ?? encodeRun(run);
  encoded.set(run, made);
  return made;
}

/** An event as a ChatMessage of either contract. */
export function encodeMessage(room: string, event: RoomEvent): Buffer {
  const bytes = toBinary(ChatMessageSchema, create(ChatMessageSchema, toChatMessage(room, event)));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function encodeRun(run: Run): EncodedRun {
  const changes = run.events.filter(isChange);
  const { room, events } = changes.reduce(changedBy, run);
  const messages = events.map((event) => (isStanding(event) ? encodeMessage(room, event) : null));
  const bytes = messages.reduce((sum, message) => sum + EVENT_BYTES + (message?.length ?? 0), 0);
  return { messages, bytes, changes };
}
