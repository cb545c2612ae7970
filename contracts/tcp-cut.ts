import { Buffer } from "node:buffer";
import type { GochatFrame, MessageFrame, RoomInfoFrame } from "./gochat.ts";
import { TCP_BODY_BYTES_MAX } from "./tcp.ts";

/**
 * The body of a frame. One that is too long for a TCP frame keeps its place in the order and says `"cut":true`: its
 * message ends at the last whole character that fits, or its list of users at the last one. [TC5]
 */
export function encodeBody(frame: GochatFrame): string {
  const text = JSON.stringify(frame);
  if (fits(text)) return text;
  if ("msg" in frame) return cutMessage(frame);
  return "roomUserInfo" in frame ? cutUsers(frame) : text;
}

function cutMessage(frame: MessageFrame): string {
  return longest(frame.msg.length, (chars) => {
    const msg = frame.msg.slice(0, chars);
    return JSON.stringify({ ...frame, msg: msg.isWellFormed() ? msg : msg.slice(0, -1), cut: true });
  });
}

function cutUsers(frame: RoomInfoFrame): string {
  const users = Object.entries(frame.roomUserInfo);
  return longest(users.length, (count) =>
    JSON.stringify({ ...frame, roomUserInfo: Object.fromEntries(users.slice(0, count)), cut: true }),
  );
}

/** The longest text that fits, of those that grow with their number. */
function longest(above: number, encode: (count: number) => string): string {
  let low = 0;
  let high = above;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(encode(middle))) low = middle;
    else high = middle;
  }
  return encode(low);
}

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= TCP_BODY_BYTES_MAX;
}
