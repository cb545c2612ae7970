import { sleep } from "k6";
import http, { type RefinedResponse, type ResponseType } from "k6/http";
import { readEnvelope } from "./envelope.ts";
import { type GochatRequest, toRequest } from "./gochat-request.ts";
import { target } from "./target.ts";

/** Makes a request of gochat's API, anew for each try. */
export type Ask = () => { readonly path: string; readonly body: object };

/** So often something is asked that is refused. */
const TRIES_MAX = 30;
/** What a busy edge waits for that names no time. */
const WAIT_SECONDS_DEFAULT = 1;

/** Asks all at once, and what was refused again until nothing is: answers the data of each. Throws after too many tries. */
export function askTogether(asks: readonly Ask[]): unknown[] {
  const answers = new Map<Ask, unknown>();
  let why = "";
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const open = asks.filter((ask) => !answers.has(ask));
    if (open.length === 0) return asks.map((ask) => answers.get(ask));
    const responses = http.batch(open.map((ask) => toSetupRequest(ask())));
    let waitSeconds = 0;
    open.forEach((ask, i) => {
      const response = responses[i];
      if (response === undefined) return;
      const { code, data, message } = readEnvelope(response);
      if (code === 0) answers.set(ask, data);
      else why = message;
      waitSeconds = Math.max(waitSeconds, code === 0 ? 0 : toWaitSeconds(response));
    });
    sleep(waitSeconds);
  }
  throw new Error(`setup: ${target.url} refused ${TRIES_MAX} times, at last with: ${why}`);
}

function toSetupRequest({ path, body }: ReturnType<Ask>): GochatRequest {
  return toRequest(path, body, { name: "setup" });
}

/** What is taken is asked for anew at once; what is too much now, after a while. */
function toWaitSeconds({ status, headers }: RefinedResponse<ResponseType>): number {
  const said = Number(headers["Retry-After"]);
  if (said > 0) return said;
  return status === 200 ? 0 : WAIT_SECONDS_DEFAULT;
}
