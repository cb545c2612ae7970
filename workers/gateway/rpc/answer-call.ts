import { type UniversalHandler, universalServerRequestFromFetch } from "@connectrpc/connect/protocol";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { fail } from "../../../contracts/reply.ts";
import type { GatewayContext } from "../context.ts";
import { Refused } from "../refused.ts";
import { withCall } from "./call.ts";
import { toStream } from "./chunk-stream.ts";
import { callerGone } from "./errors.ts";

type Answer = { readonly status: number; readonly header?: HeadersInit; readonly body?: AsyncIterable<Uint8Array> };

const NATIVE_GRPC = /^application\/grpc(\+|;|$)/i;

/**
 * Answers one call. Connect holds the headers of a stream back until its first message; here they leave when the
 * implementation says so, because they tell a subscriber that it misses nothing from now on. [RP1] [RP8]
 */
export async function answerCall(c: GatewayContext, handler: UniversalHandler): Promise<Response> {
  refuseForeignType(c.req.header("content-type") ?? "", handler);
  const hangUp = new AbortController();
  const gone = () => hangUp.abort(callerGone);
  const headers = Promise.withResolvers<Headers>();
  const answering = handler({
    ...universalServerRequestFromFetch(c.req.raw, {}),
    signal: hangUp.signal,
    contextValues: withCall({ c, sendHeaders: headers.resolve }),
  });
  const early = headers.promise.then((header): Answer => ({ status: 200, header, body: bodyOf(answering) }));
  const { status, header, body } = await Promise.race([answering, early]);
  c.header("cache-control", "no-store");
  const stream = body === undefined ? "" : toStream(body, gone);
  return c.body(stream, status as ContentfulStatusCode, Object.fromEntries(new Headers(header)));
}

function refuseForeignType(type: string, handler: UniversalHandler): void {
  if (NATIVE_GRPC.test(type)) {
    throw new Refused(fail("unsupportedMediaType", "native gRPC is the origin's: use Connect or gRPC-web here"));
  }
  if (!handler.supportedContentType(type)) {
    throw new Refused(fail("unsupportedMediaType", "call this with Connect or gRPC-web"));
  }
}

async function* bodyOf(answering: Promise<Answer>): AsyncGenerator<Uint8Array> {
  const { body } = await answering;
  if (body !== undefined) yield* body;
}
