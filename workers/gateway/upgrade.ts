import { type FailureName, failures } from "../../contracts/failures.ts";
import { IDENTITY_HEADER, REQUEST_ID_HEADER } from "../../contracts/identity.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import { reach } from "./ask.ts";
import type { GatewayContext } from "./context.ts";
import { Refused } from "./refused.ts";

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
  for (const name of [IDENTITY_HEADER, "authorization", "sec-websocket-protocol", "cookie"]) headers.delete(name);
  headers.set(REQUEST_ID_HEADER, c.var.requestId);
  headers.set("upgrade", "websocket"); // clients may spell it otherwise
  for (const [name, value] of Object.entries(own)) headers.set(name, value);

  return askForSocket(c, new Request(url, { headers }));
}

/** Asks the chat service for a socket. Answers its 101; everything else is thrown as the refusal that it is. */
export async function askForSocket(c: GatewayContext, upgrade: Request): Promise<Response> {
  const response = await reach(c, ({ chat }) => chat.fetch(upgrade));
  if (response.status !== 101) throw new Refused(await readRefusal(response));
  return response;
}

/** Where a room takes upgrades: the path of the native socket, which the chat service knows it by. */
export function socketUrl(c: GatewayContext, room: string): URL {
  return new URL(`/api/v1/rooms/${encodeURIComponent(room)}/socket`, c.req.url);
}

async function readRefusal(response: Response): Promise<Refusal> {
  const body = await response.json<Partial<Refusal> | null>().catch(() => null);
  if (!isFailure(body?.failure)) return fail("unavailable");
  return fail(body.failure, body.message ?? failures[body.failure].message, body.retryAfterMs);
}

function isFailure(value: unknown): value is FailureName {
  return typeof value === "string" && Object.hasOwn(failures, value);
}
