import type { Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { failures } from "../../../contracts/failures.ts";
import { describeError, log } from "../../../contracts/log.ts";
import { fail, type Refusal } from "../../../contracts/reply.ts";
import { inTrace } from "../../../contracts/trace-context.ts";
import type { GatewayContext } from "../context.ts";
import { Refused } from "../refused.ts";
import { toRetryHeaders } from "../response-headers.ts";
import { callOf } from "./call.ts";
import { withinSignal } from "./within-signal.ts";

/** A caller that hung up: nobody reads this error. */
export const callerGone = new ConnectError("the caller is gone", Code.Canceled);

/** A refusal as a status: the row's code, its message, and the metadata `retry-after` in seconds. [RP4] */
export function toConnectError(refusal: Refusal): ConnectError {
  return new ConnectError(refusal.message, failures[refusal.failure].grpc, toRetryHeaders(refusal));
}

/**
 * Around every implementation: what it throws becomes a status, and the caller's deadline ends the wait for it. The
 * implementation itself goes on: what it has asked of a service is not taken back. [RP4]
 */
export const answerFailures: Interceptor = (next) => async (request) => {
  const { c } = callOf(request.contextValues);
  const toStatus = (error: unknown) => statusOf(c, request.signal.aborted ? request.signal.reason : error);
  try {
    request.signal.throwIfAborted();
    const response = await withinSignal(request.signal, next(request));
    return response.stream ? { ...response, message: guard(response.message, toStatus) } : response;
  } catch (error) {
    throw toStatus(error);
  }
};

function statusOf(c: GatewayContext, error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  if (!(error instanceof Refused)) {
    // A stream is read by the runtime, outside of the request's own context. [TR3]
    inTrace(c.var.trace, () => log("error", "request failed", { error: describeError(error) }));
  }
  const refusal = error instanceof Refused ? error.refusal : fail("internal");
  c.set("failure", refusal.failure);
  return toConnectError(refusal);
}

async function* guard(messages: AsyncIterable<Message>, toStatus: (error: unknown) => ConnectError) {
  try {
    yield* messages;
  } catch (error) {
    throw toStatus(error);
  }
}
