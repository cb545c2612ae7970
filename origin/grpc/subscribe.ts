import { fail, ok, type Reply } from "../../contracts/reply.ts";
import { parseAfterSeq, parsePlace } from "../../contracts/rpc-fields.ts";
import { parseCredential } from "./call.ts";
import { EventStream, type StreamCall } from "./event-stream.ts";
import type { GrpcParts } from "./parts.ts";
import { type Status, toStatus } from "./status.ts";
import type { SubscriptionWish } from "./subscription.ts";

type SubscribeFields = {
  readonly roomName: string;
  readonly personName: string;
  readonly afterSeq?: bigint | undefined;
};

/** Subscribe of either contract. What is right takes its seat in the turn in which it came. [NG7] */
export async function subscribe(
  parts: GrpcParts,
  credential: string,
  request: SubscribeFields,
  call: StreamCall,
): Promise<void> {
  const token = parseCredential(credential);
  if (!token.ok) return end(call, toStatus(token));
  if (parts.streams.closing !== null) return end(call, toStatus(parts.streams.closing));
  const wish = parseWish(request);
  if (wish.ok) return new EventStream(parts, call, token.value, wish.value).open();
  const answer = await parts.calls.refuse(wish, token.value, call);
  end(call, answer.ok ? toStatus(fail("internal")) : answer.status);
}

function parseWish(request: SubscribeFields): Reply<SubscriptionWish> {
  const place = parsePlace(request);
  if (!place.ok) return place;
  const afterSeq = parseAfterSeq(request.afterSeq);
  return afterSeq.ok ? ok({ ...place.value, afterSeq: afterSeq.value }) : afterSeq;
}

function end(call: StreamCall, { code, details, metadata }: Status): void {
  call.emit("error", { code, details, metadata });
}
