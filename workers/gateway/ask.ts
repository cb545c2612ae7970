import { describeError, log } from "../../contracts/log.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { Services } from "../../contracts/services.ts";
import type { GatewayContext } from "./context.ts";
import { Refused, unwrap } from "./refused.ts";

/** Asks a service. A refusal is thrown as Refused; a call that fails on its way is the failure `unavailable`. [OP5] */
export async function ask<T>(c: GatewayContext, call: (services: Services) => Promise<Reply<T>>): Promise<T> {
  return unwrap(await reach(c, call));
}

/** Calls something outside the gateway whose answer is not a Reply. It failing is the failure `unavailable`. [OP5] */
export async function reach<T>(c: GatewayContext, call: (services: Services) => Promise<T>): Promise<T> {
  try {
    return await call(c.env.services);
  } catch (error) {
    log("error", "service failed", { requestId: c.var.requestId, error: describeError(error) });
    throw new Refused(fail("unavailable"));
  }
}
