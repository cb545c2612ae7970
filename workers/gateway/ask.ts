import { describeError, log } from "../../contracts/log.ts";
import { count } from "../../contracts/metrics.ts";
import { fail, isReply, type Reply } from "../../contracts/reply.ts";
import type { Services } from "../../contracts/services.ts";
import { answerInTime, NoAnswer } from "./answer-in-time.ts";
import type { GatewayContext } from "./context.ts";
import { Refused, unwrap } from "./refused.ts";

/**
 * Asks a service. A refusal is thrown as Refused; a call that fails, takes too long or answers no Reply is
 * `unavailable`. [OP5] [SV4] [OP11]
 */
export async function ask<T>(
  c: GatewayContext,
  call: (services: Services) => Promise<Reply<T>>,
  waitMsMax?: number,
): Promise<T> {
  return unwrap(await reach(c, call, isReply, waitMsMax));
}

/**
 * Calls something outside the gateway whose answer is not a Reply. Failing, taking too long and an answer that
 * `isAnswer` does not take are `unavailable`. It is asked once: what it did of the work is not known, and only the
 * client knows whether to ask again. [OP5] [SV4] [OP11]
 */
export async function reach<T>(
  c: GatewayContext,
  call: (services: Services) => Promise<T>,
  isAnswer: (answer: unknown) => boolean,
  waitMsMax?: number,
): Promise<T> {
  const asked = noteAsked(c.env.services);
  const answer = await answerInTime(() => call(asked.services), waitMsMax).catch((error: unknown) => {
    throw toUnavailable(asked.name(), error instanceof NoAnswer ? "deadline" : "failed", describeError(error));
  });
  if (!isAnswer(answer)) throw toUnavailable(asked.name(), "garbage", "the answer is not what the contract says");
  return answer;
}

/** Whether what came back from a fetch is a response. */
export function isResponse(answer: unknown): boolean {
  return answer instanceof Response;
}

/** The services, and the name of the one that a call turned to: it says so by nothing else. */
function noteAsked(services: Services) {
  let name = "none";
  const noting = new Proxy(services, {
    get(target, asked: keyof Services) {
      name = asked;
      return target[asked];
    },
  });
  return { services: noting, name: () => name };
}

/** Writes down that a service gave no answer that can be used, and why; what the caller is told is one name. */
export function toUnavailable(service: string, reason: "failed" | "deadline" | "garbage", error: string): Refused {
  count("edgechat_service_errors_total", { service, reason });
  log("error", "service failed", { service, reason, error });
  return new Refused(fail("unavailable"));
}
