import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { createAuth } from "./auth/auth.ts";
import Auth from "./auth/index.ts";
import { createChat } from "./chat/chat.ts";
import Chat from "./chat/index.ts";
import { createChatroom } from "./chatroom/chatroom.ts";
import Chatroom from "./chatroom/index.ts";

const TOKEN_KEYS = `1:${"dGVzdC1vbmx5".repeat(4)}`;

it.each([
  ["auth", Auth, createAuth({ ...env, TOKEN_KEYS })],
  ["chatroom", Chatroom, createChatroom(env)],
  ["chat", Chat, createChat(env)],
] as const)("[SV1] the worker of %s answers the methods of its service and no other", (_, shell, service) => {
  const callable = Object.getOwnPropertyNames(shell.prototype).filter((name) => name !== "constructor");
  expect(callable.toSorted()).toEqual(Object.keys(service).toSorted());
});
