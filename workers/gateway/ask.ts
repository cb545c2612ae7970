import { describeError, log } from "../../contracts/log.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { Services } from "../../contracts/services.ts";
import { answerInTime } from "./answer-in-time.ts";
import type { GatewayContext } from "./context.ts";
import { Refused, unwrap } from "./refused.ts";

/** Asks a service. A refusal is thrown as Refused; a call that fails or takes too long is `unavailable`. [OP5] [SV4] */
export async function ask<T>(
  c: GatewayContext,
  call: (services: Services) => Promise<Reply<T>>,
  waitMsMax?: number,
): Promise<T> {
  return unwrap(await reach(c, call, waitMsMax));
}

/**
 * Calls something outside the gateway whose answer is not a Reply. Failing or taking too long is `unavailable`. It is
 * asked once: what it did of the work is not known, and only the client knows whether to ask again. [OP5] [SV4]
 */
export async function reach<T>(
  c: GatewayContext,
  call: (services: Services) => Promise<T>,
  waitMsMax?: number,
): Promise<T> {
  try {
    return await answerInTime(() => call(c.env.services), waitMsMax);
  } catch (error) {
    log("error", "service failed", { requestId: c.var.requestId, error: describeError(error) });
    throw new Refused(fail("unavailable"));
  }
}
