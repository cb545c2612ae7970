import { status } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { fail } from "../../contracts/reply.ts";
import { ask, auth, errorOf, metadataOf, place, subscribe, testGrpc } from "./test-grpc.ts";

const bearer = metadataOf({ authorization: "Bearer annToken" });

it("[NG7] the headers leave when the seat stands, and not before", async () => {
  const { edge, gateway } = await testGrpc();
  const seat = Promise.withResolvers<null>();
  edge.held = seat.promise;
  const stream = subscribe(gateway, { auth, ...place });
  let stood = false;
  void stream.stands.then(() => {
    stood = true;
  });
  await expect.poll(() => edge.asked).toEqual(["seat tea"]);
  expect(stood).toBe(false);
  seat.resolve(null);
  await stream.stands;
});

it("[NG7] what the caller sends right behind its Subscribe is on the stream, also when the seat comes late", async () => {
  const { edge, gateway } = await testGrpc();
  const seat = Promise.withResolvers<null>();
  edge.held = seat.promise;
  const stream = subscribe(gateway, { auth, ...place });
  const sends = ["one", "two"].map((text) => ask(gateway, "SendMessage", { auth, ...place, text }));
  await Promise.all(sends);
  expect(edge.asked).toEqual(["seat tea", "send tea one", "send tea two"]);
  seat.resolve(null);
  await expect.poll(stream.texts).toEqual(["one", "two"]);
});

it("[NG9] a message has the contract's fields in both contracts", async () => {
  const { edge, gateway, chat } = await testGrpc();
  const streams = [subscribe(gateway, { auth, ...place }), subscribe(chat, place, bearer)];
  await Promise.all(streams.map(({ stands }) => stands));
  edge.say("tea", [{ body: "hé", stamp: { id: "m1", atMs: 7 } }]);
  const message = { room_name: "tea", person_name: "bob", text: "hé", server_seq: 1, server_ts_ms: 1_001 };
  for (const { messages } of streams) {
    await expect.poll(() => messages).toEqual([{ ...message, client_ts_ms: 7, msg_id: "m1" }]);
  }
});

it("[NG9] what the contract does not know keeps its seq and is left out", async () => {
  const { edge, gateway } = await testGrpc();
  const { stands, messages } = subscribe(gateway, { auth, ...place });
  await stands;
  edge.say("tea", [{ body: "a" }, { kind: "react", target: 1 }, { body: "", deleted: true }, { body: "b" }]);
  await expect.poll(() => messages.map(({ server_seq }) => server_seq)).toEqual([1, 4]);
});

it("[NG9] after_seq reads the log up to the live runs, without a hole or a double", async () => {
  const { edge, gateway } = await testGrpc();
  edge.say(
    "tea",
    Array.from({ length: 450 }, (_, i) => ({ body: `m${i + 1}` })),
  );
  const pages = Promise.withResolvers<null>();
  const { stands, messages } = subscribe(gateway, { auth, ...place, after_seq: 3 });
  await stands;
  edge.held = pages.promise;
  edge.say("tea", [{ body: "m451" }]);
  pages.resolve(null);
  edge.say("tea", [{ body: "m452" }]);
  const seqs = Array.from({ length: 449 }, (_, i) => i + 4);
  await expect.poll(() => messages.map(({ server_seq }) => server_seq)).toEqual(seqs);
});

it("[NG9] after_seq past the log, or behind which it does not keep everything, is OUT_OF_RANGE", async () => {
  const { edge, gateway } = await testGrpc();
  edge.say("tea", [{ body: "a" }, { body: "b" }, { body: "c" }]);
  expect((await subscribe(gateway, { auth, ...place, after_seq: 4 }).ended).code).toBe(status.OUT_OF_RANGE);
  edge.log("tea").first = 3;
  expect((await subscribe(gateway, { auth, ...place, after_seq: 1 }).ended).code).toBe(status.OUT_OF_RANGE);
});

it.each([
  ["session", status.UNAUTHENTICATED],
  ["forbidden", status.PERMISSION_DENIED],
  ["notFound", status.NOT_FOUND],
  ["busy", status.UNAVAILABLE],
] as const)("[NG12] a stream whose seat ends with %s ends with its status", async (failure, code) => {
  const { edge, gateway } = await testGrpc();
  const { stands, ended } = subscribe(gateway, { auth, ...place });
  await stands;
  edge.end(fail(failure));
  expect((await ended).code).toBe(code);
});

it("[NG12] a stream whose log is being read when the uplink breaks stays, and reads on when it is back", async () => {
  const { edge, gateway } = await testGrpc();
  edge.say("tea", [{ body: "a" }, { body: "b" }]);
  const [seat, page] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
  edge.held = seat.promise;
  const { texts } = subscribe(gateway, { auth, ...place, after_seq: 0 });
  await expect.poll(() => edge.asked).toEqual(["seat tea"]);
  edge.held = page.promise;
  seat.resolve(null);
  await expect.poll(() => edge.asked.length).toBe(2);
  edge.turn(false);
  page.resolve(null);
  await new Promise(setImmediate);
  edge.turn(true);
  edge.say("tea", [{ body: "c" }]);
  await expect.poll(texts).toEqual(["a", "b", "c"]);
});

it("[NG12] a log that is another ends the stream with OUT_OF_RANGE", async () => {
  const { edge, gateway } = await testGrpc();
  const { stands, ended } = subscribe(gateway, { auth, ...place });
  await stands;
  for (const { rider } of edge.seats) rider.reset("second", 0);
  expect((await ended).code).toBe(status.OUT_OF_RANGE);
});

it("[NG12] a seat that is refused is the refusal's own status", async () => {
  const { edge, gateway } = await testGrpc();
  edge.refusal = fail("roomFull", "no seat", 2_500);
  const error = await subscribe(gateway, { auth, ...place }).ended;
  expect([error.code, error.details, error.metadata.get("retry-after")]).toEqual([8, "no seat", ["3"]]);
});

it("[NG3] another person's name is PERMISSION_DENIED, and its seat is free again", async () => {
  const { edge, gateway } = await testGrpc();
  const { ended } = subscribe(gateway, { auth, room_name: "tea", person_name: "bob" });
  expect((await ended).code).toBe(status.PERMISSION_DENIED);
  expect(edge.seats.size).toBe(0);
});

it("[NG14] a caller that hangs up frees its seat at once, also before it stands", async () => {
  const { edge, gateway, attended } = await testGrpc();
  const first = subscribe(gateway, { auth, room_name: "7", person_name: "ann" });
  await first.stands;
  first.call.cancel();
  await expect.poll(() => attended).toEqual(["ann came to 7", "went"]);
  const seat = Promise.withResolvers<null>();
  edge.held = seat.promise;
  const second = subscribe(gateway, { auth, ...place });
  await expect.poll(() => edge.seats.size).toBe(1);
  second.call.cancel();
  expect((await second.ended).code).toBe(status.CANCELLED);
  seat.resolve(null);
  await expect.poll(() => edge.seats.size).toBe(0);
});

it("[NG11] a caller that does not read gets everything in order from the log when it reads again", async () => {
  const { edge, gateway } = await testGrpc();
  const { call, stands, messages } = subscribe(gateway, { auth, ...place });
  await stands;
  call.pause();
  const body = "x".repeat(30_000);
  for (let i = 0; i < 300; i++) edge.say("tea", [{ body }]);
  await expect.poll(() => messages.length).toBe(0);
  call.resume();
  await expect.poll(() => messages.length, { timeout: 5_000 }).toBe(300);
  expect(messages.map(({ server_seq }) => server_seq)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  expect(edge.asked.some((one) => one.startsWith("history"))).toBe(true);
});

it("[NG15] a drain ends every stream with UNAVAILABLE, and answers what is under way", async () => {
  const { edge, gateway, service } = await testGrpc();
  const { stands, ended } = subscribe(gateway, { auth, ...place });
  await stands;
  const page = Promise.withResolvers<null>();
  edge.held = page.promise;
  const history = ask(gateway, "GetHistory", { auth, room_name: "tea" });
  await expect.poll(() => edge.asked.length).toBe(2);
  const drained = service.drain();
  const error = await ended;
  expect([error.code, error.details]).toEqual([14, "the server restarts: subscribe again with after_seq"]);
  page.resolve(null);
  expect(await history).toEqual({ messages: [] });
  await drained;
  expect((await errorOf(ask(gateway, "GetHistory", { auth, room_name: "tea" }))).code).toBe(status.UNAVAILABLE);
});
