import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { UplinkFrame } from "../../contracts/uplink.ts";

/** Reads one WebSocket text frame of the edge. Frames of types that this replica does not know are kept for it to skip. */
export function parseUplinkFrames(text: string): Reply<readonly UplinkFrame[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("badRequest", "the edge sent a frame that is not JSON");
  }
  return isFrames(value) ? ok(value) : fail("badRequest", "the edge sent a frame without a type");
}

function isFrames(value: unknown): value is readonly UplinkFrame[] {
  return Array.isArray(value) && value.every((frame) => typeof frame?.type === "string");
}
