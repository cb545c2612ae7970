import { type ClientFrame, type ServerFrame, SUBPROTOCOL } from "../../contracts/native.ts";
import type { Dialect, Said } from "./dialect.ts";

const encode = (frame: ClientFrame) => JSON.stringify(frame);

/** This product's own protocol. */
export const native: Dialect = {
  upgrade: ({ room, tokens }, member) => ({
    path: `/api/v1/rooms/${room}/socket`,
    headers: { Authorization: `Bearer ${tokens[member % tokens.length]}`, "Sec-WebSocket-Protocol": SUBPROTOCOL },
  }),
  greet: (_, resume) => encode(resume === undefined ? { type: "hello" } : { type: "hello", resume }),
  send: (_, id, body) => encode({ type: "send", id, body }),
  read: (text) => toSaid(JSON.parse(text) as readonly ServerFrame[]),
  acknowledge: (seq) => encode({ type: "ack", seq }),
  acksByEcho: false,
};

function toSaid(frames: readonly ServerFrame[]): Said {
  const acked: string[] = [];
  const bodies: string[] = [];
  let after: number | undefined;
  let ready: Said["ready"];
  let refused: string | undefined;
  let lagging: Said["lagging"];
  for (const frame of frames) {
    if (frame.type === "ok") acked.push(frame.id);
    else if (frame.type === "events") {
      if (after !== undefined && frame.after !== after + bodies.length) refused = "one frame with a hole inside";
      after ??= frame.after;
      for (const { seq, body } of frame.events) {
        bodies.push(body ?? "");
        if (seq !== after + bodies.length) refused = `the events after ${after} hold ${seq} as number ${bodies.length}`;
      }
    } else if (frame.type === "welcome") ready = { seq: frame.seq, epoch: frame.epoch, windowBytes: frame.window };
    else if (frame.type === "lagging") lagging = { windowBytes: frame.window ?? 0 };
    else if (frame.type === "refused") refused = `${frame.failure}: ${frame.message}`;
    else if (frame.type === "truncated" || frame.type === "reset") refused = frame.type;
  }
  return {
    ...(ready === undefined ? {} : { ready }),
    ...(refused === undefined ? {} : { refused }),
    ...(lagging === undefined ? {} : { lagging }),
    ...(acked.length === 0 ? {} : { acked }),
    ...(after === undefined ? {} : { events: { after, bodies } }),
  };
}
