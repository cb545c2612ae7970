import type { DescMessage, DescMethodStreaming, DescMethodUnary, MessageShape } from "@bufbuild/protobuf";
import { status as code, type handleServerStreamingCall, type handleUnaryCall } from "@grpc/grpc-js";
import { describeError, log } from "../../contracts/log.ts";
import { fail } from "../../contracts/reply.ts";
import type { Call } from "./call.ts";
import { type Encodable, methodName } from "./contract-definition.ts";
import type { StreamCall } from "./event-stream.ts";
import { metrics } from "./metrics.ts";
import { type Answer, type Status, toStatus } from "./status.ts";

/** A unary method around its implementation: counted, timed, and INTERNAL without details for what nobody expected. */
export function unary<I extends DescMessage>(
  method: DescMethodUnary<I>,
  work: (request: MessageShape<I>, call: Call) => Promise<Answer<Encodable>>,
): handleUnaryCall<MessageShape<I>, Encodable> {
  const name = methodName(method);
  return async (call, callback) => {
    const done = metrics.callSeconds.startTimer({ method: name });
    const answer = await work(call.request, call).catch((error: unknown) => unexpected(name, error));
    done();
    count(name, answer.ok ? code.OK : answer.status.code);
    if (answer.ok) callback(null, answer.value);
    else callback(answer.status);
  };
}

/** A streaming method around its implementation, which ends the call itself. */
export function streaming<I extends DescMessage>(
  method: DescMethodStreaming<I>,
  work: (request: MessageShape<I>, call: StreamCall) => Promise<void>,
): handleServerStreamingCall<MessageShape<I>, Buffer> {
  const name = methodName(method);
  return (call) => {
    call.once("error", (ended: Partial<Status>) => count(name, ended.code ?? code.UNKNOWN));
    void work(call.request, call).catch((error: unknown) => call.emit("error", unexpected(name, error).status));
  };
}

function count(method: string, statusCode: number): void {
  metrics.calls.inc({ method, code: code[statusCode] ?? String(statusCode) });
}

function unexpected(method: string, error: unknown) {
  log("error", "call failed", { method, error: describeError(error) });
  return { ok: false, status: toStatus(fail("internal")) } as const;
}
