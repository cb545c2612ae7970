import type { ServerFrame } from "../../contracts/native.ts";
import type { Refusal, Reply } from "../../contracts/reply.ts";
import type { Sent } from "../../contracts/services.ts";

type RefusedFrame = Extract<ServerFrame, { readonly type: "refused" }>;

/** The answer to a send or a change: where it stands, or why it does not. */
export function toAnswer(id: string, reply: Reply<Sent>): ServerFrame {
  if (!reply.ok) return toRefused(reply, id);
  const { seq, at, duplicate } = reply.value;
  return duplicate ? { type: "ok", id, seq, at, duplicate } : { type: "ok", id, seq, at };
}

/** A refusal as a frame, with the id that it answers. */
export function toRefused({ failure, message, retryAfterMs }: Refusal, id?: string): RefusedFrame {
  return {
    type: "refused",
    ...(id === undefined ? {} : { id }),
    failure,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
