import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { status } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { LoginService } from "../../contracts/gen/auth_pb.ts";
import { ChatroomService } from "../../contracts/gen/chatroom_pb.ts";
import { GatewayService } from "../../contracts/gen/gateway_pb.ts";
import { ask, auth, errorOf, metadataOf, place, testGrpc } from "./test-grpc.ts";

const pair = { username: "demo", password: "demo" };

it("[NG2] what the edge answers is answered, by all of its unary calls", async () => {
  const asked: string[] = [];
  const ok = (name: string) => () => {
    asked.push(name);
    return { ok: true, message: "OK" };
  };
  const routes = (router: ConnectRouter) => {
    const rooms = {
      createRoom: ok("create"),
      deleteRoom: ok("delete"),
      enterRoom: ok("enter"),
      leaveRoom: ok("leave"),
    };
    router.service(LoginService, {
      login: () => ({ credential: "c1" }),
      validate: () => ({ valid: true, username: "ann" }),
    });
    router.service(GatewayService, { ...rooms, getPeople: () => ({ people: ["b", "a"] }) });
    router.service(ChatroomService, { ...rooms, getPeople: () => ({ people: ["a"] }) });
  };
  const { login, gateway, chatroom } = await testGrpc({ routes });
  expect(await ask(login, "Login", pair)).toEqual({ credential: "c1" });
  expect(await ask(login, "Validate", { credential: "c1" })).toEqual({ valid: true, username: "ann" });
  for (const method of ["CreateRoom", "EnterRoom", "LeaveRoom", "DeleteRoom"]) {
    expect(await ask(gateway, method, { auth, ...place })).toEqual({ ok: true, message: "OK" });
    expect(await ask(chatroom, method, place)).toEqual({ ok: true });
  }
  expect(await ask(gateway, "GetPeople", { auth, room_name: "tea" })).toEqual({ people: ["b", "a"] });
  expect(await ask(chatroom, "GetPeople", { room_name: "tea" })).toEqual({ people: ["a"] });
  expect(asked).toEqual(["create", "create", "enter", "enter", "leave", "leave", "delete", "delete"]);
});

it("[NG4] a refusal of the edge keeps its status, its message and retry-after", async () => {
  const refuse = () => {
    throw new ConnectError("not now", Code.ResourceExhausted, { "retry-after": "2", "x-other": "1" });
  };
  const { login } = await testGrpc({ routes: (router) => router.service(LoginService, { login: refuse }) });
  const { code, details, metadata } = await errorOf(ask(login, "Login", pair));
  expect([code, details, metadata.get("retry-after"), metadata.get("x-other")]).toEqual([8, "not now", ["2"], []]);
});

it("[NG2] an edge that cannot be reached is UNAVAILABLE", async () => {
  const { login, http } = await testGrpc();
  await http.stop();
  const { code, message } = await errorOf(ask(login, "Login", pair));
  expect(code).toBe(status.UNAVAILABLE);
  expect(message).not.toContain("127.0.0.1");
});

it("[NG5] credential, trace and request id go on; the origin's own headers are its own, whatever a caller says", async () => {
  const { login, http } = await testGrpc({ routes: (router) => router.service(LoginService, { login: () => ({}) }) });
  const claims = {
    "x-edgechat-origin": "stolen",
    "x-edgechat-client-address": "9.9.9.9",
    "x-forwarded-for": "8.8.8.8",
  };
  const own = { authorization: "Bearer annToken", "x-request-id": "r1", traceparent: "00-1-2-01" };
  await ask(login, "Login", pair, metadataOf({ ...claims, ...own }));
  const origins = { "x-edgechat-origin": "originToken", "x-edgechat-client-address": "127.0.0.1" };
  expect(http.headers[0]).toMatchObject({ ...own, ...origins });
  expect(http.headers[0]).not.toHaveProperty("x-forwarded-for");
});

it("[NG5] behind a trusted proxy the caller's address is what the proxy says", async () => {
  const routes = (router: ConnectRouter) => router.service(LoginService, { login: () => ({}) });
  const { login, http } = await testGrpc({ routes, trustedProxies: "127.0.0.0/8" });
  await ask(login, "Login", pair, metadataOf({ "x-forwarded-for": "1.1.1.1, 8.8.8.8" }));
  expect(http.headers[0]?.["x-edgechat-client-address"]).toBe("8.8.8.8");
});

it("[NG4] a caller's deadline goes on to the edge, and is kept", async () => {
  const deadlines: (number | undefined)[] = [];
  const asked = Promise.withResolvers<null>();
  const routes = (router: ConnectRouter) =>
    router.service(LoginService, {
      login: (_request, context) => {
        deadlines.push(context.timeoutMs());
        asked.resolve(null);
        return new Promise(() => {});
      },
    });
  const { login } = await testGrpc({ routes });
  const error = await new Promise<{ code: number } | null>((resolve) => {
    login.Login?.(pair, { deadline: Date.now() + 300 }, resolve);
  });
  await asked.promise;
  expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
  expect(deadlines[0]).toBeLessThanOrEqual(300);
});

it("[NG2] 200 logins in flight on one channel are all answered", async () => {
  const { login } = await testGrpc({
    routes: (router) => router.service(LoginService, { login: ({ username }) => ({ credential: username }) }),
  });
  const names = Array.from({ length: 200 }, (_, i) => `user${i}`);
  const replies = await Promise.all(names.map((username) => ask(login, "Login", { username, password: "p" })));
  expect(replies.map(({ credential }) => credential)).toEqual(names);
});
