import { failures } from "../../contracts/failures.ts";
import { CLIENT_ADDRESS_HEADER, IDENTITY_HEADER, ORIGIN_TOKEN_HEADER } from "../../contracts/identity.ts";
import { fail, isRefusal, type Refusal } from "../../contracts/reply.ts";
import { traceHeaders } from "../../contracts/trace-hops.ts";
import { answerInTime } from "./answer-in-time.ts";
import { isResponse, reach, toUnavailable } from "./ask.ts";
import type { GatewayContext } from "./context.ts";
import { Refused } from "./refused.ts";

/** Credentials, and what would be taken for the gateway's own word. */
const NOT_HANDED_ON = [
  IDENTITY_HEADER,
  ORIGIN_TOKEN_HEADER,
  CLIENT_ADDRESS_HEADER,
  "authorization",
  "sec-websocket-protocol",
  "cookie",
  "tracestate",
];

/** Whether the client asks for a WebSocket. */
export function wantsSocket(request: Request): boolean {
  return request.method === "GET" && request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/**
 * Hands an upgrade to the chat service and answers its 101 as it is. The identity header is the gateway's own: what a
 * client sent under that name never gets through, and neither does its token. [API9]
 */
export async function forwardUpgrade(
  c: GatewayContext,
  url: string | URL,
  own: Readonly<Record<string, string>>,
): Promise<Response> {
  const headers = new Headers(c.req.raw.headers);
  for (const name of NOT_HANDED_ON) headers.delete(name);
  headers.set("upgrade", "websocket"); // clients may spell it otherwise
  for (const [name, value] of Object.entries({ ...traceHeaders(), ...own })) headers.set(name, value);

  return askForSocket(c, new Request(url, { headers }));
}

/** Asks the chat service for a socket. Answers its 101; everything else is thrown as the refusal that it is. */
export async function askForSocket(c: GatewayContext, upgrade: Request): Promise<Response> {
  const response = await reach(c, ({ chat }) => chat.fetch(upgrade), isResponse);
  if (response.status !== 101) throw new Refused(await readRefusal(response));
  return response;
}

/** Where a room takes upgrades: the path of the native socket, which the chat service knows it by. */
export function socketUrl(c: GatewayContext, room: string): URL {
  return new URL(`/api/v1/rooms/${encodeURIComponent(room)}/socket`, c.req.url);
}

async function readRefusal(response: Response): Promise<Refusal> {
  const body: unknown = await answerInTime(() => response.json()).catch(() => null);
  if (isRefusal(body)) return fail(body.failure, body.message, body.retryAfterMs);
  // A carrier that is full says so by its status alone.
  if (response.status === failures.unavailable.status) return fail("unavailable");
  return toUnavailable("chat", "garbage", `status ${response.status} instead of an upgrade or a refusal`).refusal;
}
