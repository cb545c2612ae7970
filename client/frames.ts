import { limits } from "../contracts/limits.ts";
import type { ClientFrame, ServerFrame } from "../contracts/native.ts";
import { fail, ok, type Reply } from "../contracts/reply.ts";

// JSON.stringify counts UTF-16 units, the limit counts bytes of UTF-8: at most three for one.
const CHARS_MAX = Math.floor(limits.FRAME_BYTES_MAX / 3);

/** Reads one WebSocket text frame of a room. Frames of types that this client does not know are kept for the caller to skip. */
export function parseServerFrames(text: string): Reply<readonly ServerFrame[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("badRequest", "the room sent a frame that is not JSON");
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every(isTyped) ? ok(list) : fail("badRequest", "the room sent a frame without a type");
}

/** Writes frames as few WebSocket text frames as the limits of the room allow. */
export function encodeClientFrames(frames: readonly ClientFrame[]): readonly string[] {
  const texts: string[] = [];
  let batch: string[] = [];
  let chars = 0;
  for (const frame of frames) {
    const text = JSON.stringify(frame);
    if (batch.length >= limits.FRAMES_PER_MESSAGE_MAX || (batch.length > 0 && chars + text.length > CHARS_MAX)) {
      texts.push(`[${batch.join(",")}]`);
      batch = [];
      chars = 0;
    }
    batch.push(text);
    chars += text.length + 1;
  }
  return batch.length === 0 ? texts : [...texts, `[${batch.join(",")}]`];
}

function isTyped(value: unknown): value is ServerFrame {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
