import http, { type RefinedResponse, type ResponseType } from "k6/http";
import { target } from "../target.ts";
import type { Answer, Fields, LadderTransport } from "./transport.ts";

/** The tester has no deadlines; k6 must have one. */
const CALL_MS_MAX = 120_000;

/** Unary calls as Connect JSON: plain POSTs at the edge. */
export function connectTransport(): LadderTransport {
  return {
    async call(method, request) {
      const params = {
        headers: { "content-type": "application/json", "connect-protocol-version": "1" },
        tags: { name: method },
        timeout: CALL_MS_MAX,
      };
      return toAnswer(await http.asyncRequest("POST", `${target.url}/${method}`, JSON.stringify(request), params));
    },
    subscribe: () => null,
    close() {},
  };
}

function toAnswer({ status, body }: RefinedResponse<ResponseType | undefined>): Answer {
  const reply = parseObject(body);
  if (status === 200 && reply !== null) return { code: "ok", reply };
  if (status === 0) return { code: "unavailable", reply: {} };
  return { code: typeof reply?.code === "string" ? reply.code : "unknown", reply: reply ?? {} };
}

function parseObject(body: unknown): Fields | null {
  if (typeof body !== "string") return null;
  try {
    return JSON.parse(body) as Fields;
  } catch {
    return null; // a proxy's page
  }
}
