import type { ConnectRouter } from "@connectrpc/connect";
import { status } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { LoginService } from "../../contracts/gen/auth_pb.ts";
import { fail } from "../../contracts/reply.ts";
import { ask, auth, errorOf, metadataOf, place, subscribe, testGrpc } from "./test-grpc.ts";

const bearer = metadataOf({ authorization: "Bearer annToken" });
const validate = (router: ConnectRouter) =>
  router.service(LoginService, { validate: ({ credential }) => ({ valid: credential === "annToken" }) });

it("[NG6] SendMessage answers where the message stands, in both contracts", async () => {
  const { edge, gateway, chat } = await testGrpc();
  const message = { ...place, text: "hi", client_ts_ms: 5, msg_id: "m1" };
  const reply = { ok: true, message: "OK", server_seq: 1, server_ts_ms: 1_001 };
  expect(await ask(gateway, "SendMessage", { auth, ...message })).toEqual(reply);
  expect(await ask(chat, "SendMessage", message, bearer)).toMatchObject({ server_seq: 2 });
  expect(edge.log("tea").events[0]).toMatchObject({ from: { name: "ann" }, stamp: { id: "m1", atMs: 5 } });
});

it("[NG6] while the uplink is down a message is UNAVAILABLE, and nothing is kept", async () => {
  const { edge, gateway } = await testGrpc();
  edge.isUp = false;
  const { code } = await errorOf(ask(gateway, "SendMessage", { auth, ...place, text: "hi" }));
  expect(code).toBe(status.UNAVAILABLE);
});

it("[NG4] what the room refuses is its row's status, with retry-after", async () => {
  const { edge, gateway } = await testGrpc();
  edge.refusal = fail("rateLimited", "slow down", 1_200);
  const { code, details, metadata } = await errorOf(ask(gateway, "SendMessage", { auth, ...place, text: "hi" }));
  expect([code, details, metadata.get("retry-after")]).toEqual([8, "slow down", ["2"]]);
});

it("[NG3] [P5] another person's name is PERMISSION_DENIED", async () => {
  const { gateway } = await testGrpc();
  const call = ask(gateway, "SendMessage", { auth, room_name: "tea", person_name: "bob", text: "hi" });
  expect((await errorOf(call)).code).toBe(status.PERMISSION_DENIED);
});

it.each(["", "carl", "garbage with spaces", "x".repeat(300)])(
  "[NG3] the credential %j is UNAUTHENTICATED before every other field",
  async (credential) => {
    const { edge, gateway, chat } = await testGrpc({ routes: validate });
    const metadata = metadataOf({ authorization: `Bearer ${credential}` });
    for (const fields of [{}, { ...place, text: "hi" }]) {
      const request = { auth: { credential }, ...fields };
      const ended = [
        errorOf(ask(gateway, "SendMessage", request)),
        errorOf(ask(gateway, "GetHistory", request)),
        errorOf(ask(chat, "SendMessage", fields, metadata)),
        errorOf(ask(chat, "GetHistory", fields, metadata)),
        subscribe(gateway, request).ended,
        subscribe(chat, fields, metadata).ended,
      ];
      for (const { code } of await Promise.all(ended)) expect(code).toBe(status.UNAUTHENTICATED);
    }
    expect(edge.log("tea").events).toEqual([]);
  },
);

it("[NG3] with a good credential a malformed field is INVALID_ARGUMENT, and the room is not asked", async () => {
  const { edge, gateway } = await testGrpc({ routes: validate });
  const ended = [
    errorOf(ask(gateway, "SendMessage", { auth, ...place })),
    errorOf(ask(gateway, "SendMessage", { auth, ...place, text: "x".repeat(32_769) })),
    errorOf(ask(gateway, "SendMessage", { auth, room_name: "tea", text: "hi" })),
    errorOf(ask(gateway, "GetHistory", { auth, room_name: "a/b" })),
    subscribe(gateway, { auth, room_name: "tea" }).ended,
    subscribe(gateway, { auth, ...place, after_seq: -1 }).ended,
  ];
  for (const { code } of await Promise.all(ended)) expect(code).toBe(status.INVALID_ARGUMENT);
  expect(edge.asked).toEqual([]);
});

it("[NG13] GetHistory answers the last messages, oldest first, however many pages of the log that takes", async () => {
  const { edge, gateway, chat } = await testGrpc();
  edge.say(
    "tea",
    Array.from({ length: 30 }, (_, i) => ({ body: `m${i + 1}` })),
  );
  const texts = async (limit: number) => {
    const { messages } = await ask(gateway, "GetHistory", { auth, room_name: "tea", limit });
    return (messages as readonly { text: string }[]).map(({ text }) => text);
  };
  expect(await texts(2)).toEqual(["m29", "m30"]);
  expect(await texts(0)).toHaveLength(20);
  expect(await texts(-5)).toEqual(["m30"]);
  expect((await ask(chat, "GetHistory", { room_name: "tea", limit: 1_000 }, bearer)).messages).toHaveLength(30);
});

it("[NG13] a reply holds the newest messages that fit into what a client takes without being told", async () => {
  const { edge, gateway } = await testGrpc();
  edge.say(
    "tea",
    Array.from({ length: 200 }, () => ({ body: "x".repeat(32_768) })),
  );
  const { messages } = await ask(gateway, "GetHistory", { auth, room_name: "tea", limit: 200 });
  const seqs = (messages as readonly { server_seq: number }[]).map(({ server_seq }) => server_seq);
  expect(seqs.at(-1)).toBe(200);
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => 201 - seqs.length + i));
  expect(seqs.length).toBeGreaterThan(120);
});

it("[NG13] a message of the contract above RPC_REQUEST_BYTES_MAX is RESOURCE_EXHAUSTED", async () => {
  const { gateway } = await testGrpc();
  const call = ask(gateway, "SendMessage", { auth, ...place, text: "x".repeat(262_144) });
  expect((await errorOf(call)).code).toBe(status.RESOURCE_EXHAUSTED);
});
