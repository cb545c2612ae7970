import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { beginTrace, encodeTraceparent } from "../contracts/trace.ts";
import { createAuth } from "./auth/auth.ts";
import Auth from "./auth/index.ts";
import { createChat } from "./chat/chat.ts";
import Chat from "./chat/index.ts";
import { createChatroom } from "./chatroom/chatroom.ts";
import Chatroom from "./chatroom/index.ts";
import * as monolith from "./monolith.ts";

const TOKEN_KEYS = `1:${"dGVzdC1vbmx5".repeat(4)}`;

const shells = { auth: Auth, chatroom: Chatroom, chat: Chat };
const { default: _, ...objects } = monolith;
// What the runtime calls by itself; everything else on a class is called by other workers and objects.
const HANDLERS = ["constructor", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"];

it.each([
  ["auth", Auth, createAuth({ ...env, TOKEN_KEYS })],
  ["chatroom", Chatroom, createChatroom(env)],
  ["chat", Chat, createChat(env)],
] as const)("[SV1] the worker of %s answers the methods of its service and no other", (_name, shell, service) => {
  const callable = Object.getOwnPropertyNames(shell.prototype).filter((name) => name !== "constructor");
  expect(callable.toSorted()).toEqual(Object.keys(service).toSorted());
});

it.each(Object.entries({ ...shells, ...objects }))(
  "[TR4] every method of %s is a span of its caller's trace",
  async (_name, callee) => {
    const trace = beginTrace("r1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    const traceparent = encodeTraceparent(trace);
    const request = new Request("http://chat.test/", { headers: { traceparent, "x-request-id": "r1" } });
    const args = [...Array<undefined>(8).fill(undefined), `${traceparent};r1`];
    const spans: unknown[] = [];
    const write = (line: string) => spans.push(JSON.parse(line));
    for (const level of ["info", "error"] as const) vi.spyOn(console, level).mockImplementation(write);
    const methods = Object.entries(Object.getOwnPropertyDescriptors(callee.prototype)).filter(
      ([name]) => !HANDLERS.includes(name),
    );
    // On an object without the class's private parts every method breaks at once; that it was a call is written all the same.
    for (const [name, { value }] of methods) {
      await Reflect.apply(value, {}, name === "fetch" ? [request] : args).catch(() => undefined);
    }
    vi.restoreAllMocks();
    const { traceId, spanId: parentSpanId } = trace;
    expect(methods.length).toBeGreaterThan(0);
    for (const [call] of methods) {
      expect(spans).toContainEqual(
        expect.objectContaining({ event: "call", call, requestId: "r1", traceId, parentSpanId }),
      );
    }
  },
);
