import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { create, type DescMethodUnary, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import type { TrustedProxies } from "../../contracts/addresses.ts";
import { LoginService, ValidateRequestSchema } from "../../contracts/gen/auth_pb.ts";
import { CLIENT_ADDRESS_HEADER, ORIGIN_TOKEN_HEADER, REQUEST_ID_HEADER } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import { type Call, readClientAddress, readMetadata } from "./call.ts";
import { type Answer, createStatus, toStatus } from "./status.ts";

/** Calls that the edge answers at its own endpoints. Nothing here rejects. */
export type EdgeCalls = {
  /** Passes a call on, and what the edge answers back. An edge that cannot be reached is UNAVAILABLE. [NG2] */
  readonly pass: (method: DescMethodUnary, request: Message, call: Call) => Promise<Answer<Message>>;
  /** Why a call is refused: for its fields, unless its credential is not good in the first place. [NG3] */
  readonly refuse: (refusal: Refusal, credential: string, call: Call) => Promise<Answer<never>>;
  readonly close: () => void;
};

type EdgeAccess = {
  readonly edgeUrl: string;
  readonly originToken: string;
  readonly trusted: TrustedProxies;
};

// workerd closes a connection that was idle for 5 s, without saying so before.
const IDLE_MS_MAX = 4_000;
const SOCKETS_MAX = 1_024;
/** What the way to the edge may add to the time that the edge takes at most. */
const WAY_MS_MAX = 5_000;
const HASHING: readonly DescMethodUnary[] = [LoginService.method.login, LoginService.method.addUser];
const PASSED_ON = ["authorization", "user-agent", "traceparent", REQUEST_ID_HEADER] as const;

/** Calls of the edge at `edgeUrl`, under the origin's own credential. */
export function createEdgeCalls(access: EdgeAccess): EdgeCalls {
  const options = { keepAlive: true, timeout: IDLE_MS_MAX, maxSockets: SOCKETS_MAX };
  const agent = access.edgeUrl.startsWith("https:") ? new HttpsAgent(options) : new HttpAgent(options);
  const transport = createConnectTransport({
    baseUrl: access.edgeUrl,
    httpVersion: "1.1",
    nodeOptions: { agent },
    acceptCompression: [],
  });
  const pass: EdgeCalls["pass"] = (method, request, call) => passOn(transport, method, request, call, access);
  return {
    pass,
    async refuse(refusal, credential, call) {
      const request = create(ValidateRequestSchema, { credential });
      const answer = await pass(LoginService.method.validate, request, call);
      if (!answer.ok) return answer;
      const isAlive = "valid" in answer.value && answer.value.valid === true;
      return { ok: false, status: toStatus(isAlive ? refusal : fail("session")) };
    },
    close: () => agent.destroy(),
  };
}

async function passOn(
  transport: Transport,
  method: DescMethodUnary,
  request: Message,
  call: Call,
  access: EdgeAccess,
): Promise<Answer<Message>> {
  const hangUp = new AbortController();
  call.once("cancelled", () => hangUp.abort());
  const waitMs = HASHING.includes(method) ? limits.PASSWORD_WAIT_MS_MAX : limits.SERVICE_WAIT_MS_MAX;
  const timer = setTimeout(() => hangUp.abort(), waitMs + WAY_MS_MAX);
  try {
    const headers = toHeaders(call, access);
    const { message } = await transport.unary(method, hangUp.signal, remainingMs(call), headers, request);
    return { ok: true, value: message };
  } catch (error) {
    return { ok: false, status: statusOf(ConnectError.from(error)) };
  } finally {
    clearTimeout(timer);
  }
}

/** Nothing else of a caller's metadata goes on: the origin's own headers are never a caller's to set. [NG5] */
function toHeaders(call: Call, { originToken, trusted }: EdgeAccess): Headers {
  const headers = new Headers({ [ORIGIN_TOKEN_HEADER]: originToken });
  for (const name of PASSED_ON) {
    const value = readMetadata(call, name);
    if (value !== "") headers.set(name, value);
  }
  headers.set(CLIENT_ADDRESS_HEADER, readClientAddress(call, trusted));
  return headers;
}

function remainingMs(call: Call): number | undefined {
  const deadline = call.getDeadline();
  const atMs = typeof deadline === "number" ? deadline : deadline.getTime();
  return Number.isFinite(atMs) ? Math.max(atMs - Date.now(), 1) : undefined;
}

/** What the edge answered has no cause; everything else went wrong on the way. */
function statusOf({ code, rawMessage, metadata, cause }: ConnectError) {
  if (cause !== undefined || code === Code.Canceled) return toStatus(fail("unavailable"));
  return createStatus(code, rawMessage, metadata.get("retry-after"));
}
