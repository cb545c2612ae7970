import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type ServiceError, status } from "@grpc/grpc-js";
import { protoPath } from "grpc-health-check";
import { expect, it, onTestFinished } from "vitest";
import { fail } from "../../contracts/reply.ts";
import { ask, auth, createClient, errorOf, metadataOf, place, subscribe, testGrpc } from "./test-grpc.ts";

const { resolve } = createRequire(import.meta.url);
const reflectionProtos = join(dirname(resolve("@grpc/reflection")), "../proto/grpc/reflection");
const SERVING = 1;
const NOT_SERVING = 2;
const services = [
  ["grpc-auth", "auth.LoginService"],
  ["grpc-gateway", "gateway.GatewayService"],
  ["grpc-chatroom", "chat.ChatroomService"],
  ["grpc-chat", "chatmsg.ChatService"],
] as const;

it.each(services)("[NG8] %s says whether %s is serving: as long as the uplink stands", async (port, name) => {
  const { edge, service } = await testGrpc();
  const health = createClient(protoPath, "grpc.health.v1.Health", service.ports[port] ?? 0);
  onTestFinished(() => health.close());
  const check = async (of: string) => (await ask(health, "Check", { service: of })).status;
  expect([await check(name), await check("")]).toEqual([SERVING, SERVING]);
  edge.turn(false);
  expect([await check(name), await check("")]).toEqual([NOT_SERVING, NOT_SERVING]);
  edge.turn(true);
  expect(await check(name)).toBe(SERVING);
  expect((await errorOf(ask(health, "Check", { service: "other" }))).code).toBe(status.NOT_FOUND);
});

it.each(["v1", "v1alpha"])("[NG8] grpc.reflection.%s tells the contract and its fields", async (version) => {
  const { service } = await testGrpc();
  const path = join(reflectionProtos, version, "reflection.proto");
  const name = `grpc.reflection.${version}.ServerReflection`;
  const client = createClient(path, name, service.ports["grpc-gateway"] ?? 0);
  onTestFinished(() => client.close());
  const call = client.ServerReflectionInfo?.();
  call.write({ list_services: "" });
  const [{ list_services_response: listed }] = await once(call, "data");
  expect(listed.service).toContainEqual({ name: "gateway.GatewayService" });
  call.write({ file_containing_symbol: "gateway.SubscribeRequest" });
  const [{ file_descriptor_response: found }] = await once(call, "data");
  expect(String(found.file_descriptor_proto[0])).toContain("after_seq");
  const over = once(call, "end");
  call.end();
  call.resume();
  await over;
});

it("[NG15] a drain says NOT_SERVING first, and a second one changes nothing", async () => {
  const { service, edge } = await testGrpc();
  const health = createClient(protoPath, "grpc.health.v1.Health", service.ports["grpc-chat"] ?? 0);
  onTestFinished(() => health.close());
  const watch = health.Watch?.({ service: "" });
  watch.on("error", () => {});
  expect((await once(watch, "data"))[0]).toEqual({ status: SERVING });
  const drained = service.drain();
  expect((await once(watch, "data"))[0]).toEqual({ status: NOT_SERVING });
  expect(service.drain()).toBe(drained);
  edge.turn(true);
  watch.cancel();
  await drained;
});

it("[NG1] a method that no contract has is UNIMPLEMENTED, and a contract is served at its own port alone", async () => {
  const { service } = await testGrpc();
  const wrong = createClient("chat.proto", "chatmsg.ChatService", service.ports["grpc-auth"] ?? 0);
  onTestFinished(() => wrong.close());
  expect((await errorOf(ask(wrong, "GetHistory", {}))).code).toBe(status.UNIMPLEMENTED);
});

it("[NG12] a session that ends while its caller does not read gets nothing of what waits", async () => {
  const { edge, gateway } = await testGrpc();
  const { call, stands, ended, messages } = subscribe(gateway, { auth, ...place });
  await stands;
  call.pause();
  for (let i = 0; i < 20; i++) edge.say("tea", [{ body: "x".repeat(30_000) }]);
  edge.end(fail("session"));
  edge.say("tea", [{ body: "secret" }]);
  call.resume();
  expect((await ended).code).toBe(status.UNAUTHENTICATED);
  expect(messages.every(({ text }) => text !== "secret")).toBe(true);
});

it("[NG1] a thousand calls are under way on one channel", async () => {
  const { edge, gateway } = await testGrpc();
  const held = Promise.withResolvers<null>();
  edge.held = held.promise;
  const calls = Array.from({ length: 1_000 }, () => ask(gateway, "GetHistory", { auth, room_name: "tea" }));
  await expect.poll(() => edge.asked.length).toBe(1_000);
  held.resolve(null);
  expect(await Promise.all(calls)).toHaveLength(1_000);
});

it("[NG4] garbage is INTERNAL, and the server goes on", async () => {
  const { gateway } = await testGrpc();
  const garbage = new Promise<ServiceError | null>((resolve) => {
    const path = "/gateway.GatewayService/SendMessage";
    const bytes = () => Buffer.from([0xff, 0xff, 0xff]);
    gateway.makeUnaryRequest(path, bytes, (value) => value, {}, metadataOf({}), resolve);
  });
  expect((await garbage)?.code).toBe(status.INTERNAL);
  expect(await ask(gateway, "SendMessage", { auth, ...place, text: "hi" })).toMatchObject({ ok: true });
});
