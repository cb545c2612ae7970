import { limits } from "../../contracts/limits.ts";

/** There was no answer in time. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** The answer of a call, or a rejection when there is none after `waitMsMax`. The call itself is not taken back. [SV4] */
export async function answerInTime<T>(
  call: () => Promise<T>,
  waitMsMax: number = limits.SERVICE_WAIT_MS_MAX,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new NoAnswer(`no answer within ${waitMsMax} ms`)), waitMsMax);
  try {
    return await Promise.race([call(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
