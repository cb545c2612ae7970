import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeIdentity, IDENTITY_HEADER } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { fail } from "../../../contracts/reply.ts";
import { ann, type Calls, tokenOf } from "../fake-services.ts";
import { FakeRoom } from "./fake-room.ts";
import { codeOf, lastArgs, namesOf, protocols, testRpc } from "./test-rpc.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const auth = { credential: tokenOf(ann) };
const roomName = "tea";
const personName = "ann";
/** So large that a message is a piece of the stream by itself. */
const LARGE = "x".repeat(70_000);

/** A gateway whose upgrades reach one fake room. */
function inRoom(head = 0) {
  const room = new FakeRoom(head);
  return { room, ...testRpc({ fetch: () => room.upgrade() }) };
}

/** The raw answer to a Subscribe, as a browser gets it before it reads a message. */
async function open(
  request: ReturnType<typeof testRpc>["request"],
  fields: object = {},
  metadata: Record<string, string> = {},
): Promise<Response> {
  const json = new TextEncoder().encode(JSON.stringify({ auth, roomName, personName, ...fields }));
  const body = new Uint8Array(5 + json.length);
  body.set([0, 0, 0, json.length >> 8, json.length & 255]);
  body.set(json, 5);
  const headers = { "content-type": "application/connect+json", ...metadata };
  return request("/gateway.GatewayService/Subscribe", { method: "POST", headers, body });
}

async function take(stream: AsyncIterator<{ serverSeq: bigint }>, count: number): Promise<readonly number[]> {
  const seqs: number[] = [];
  while (seqs.length < count) seqs.push(Number((await stream.next()).value?.serverSeq ?? -1));
  return seqs;
}

describe.each(protocols)("over %s", (protocol) => {
  it("[RP8] messages arrive in order with everything that the contract says of them", async () => {
    const { room, clients } = inRoom(5);
    const stream = clients(protocol).gateway.subscribe({ auth, roomName, personName })[Symbol.asyncIterator]();
    const first = stream.next();
    await expect.poll(() => room.heard).toEqual([{ type: "hello" }]);
    room.sayMessages(5, 2);
    const said = { roomName, personName, text: "m6", serverSeq: 6n, clientTsMs: 0n, serverTsMs: 6n, msgId: "" };
    expect((await first).value).toMatchObject(said);
    expect(await take(stream, 1)).toEqual([7]);
    await stream.return?.();
  });
  it.each([
    [4501, "Unauthenticated"],
    [4503, "PermissionDenied"],
    [4504, "NotFound"],
    [4001, "Unavailable"],
    [1000, "Unavailable"],
  ])("[RP11] the room's close %i ends the stream with %s", async (code, status) => {
    const { room, clients } = inRoom();
    const next = clients(protocol).gateway.subscribe({ auth, roomName, personName })[Symbol.asyncIterator]().next();
    await expect.poll(() => room.heard.length).toBe(1);
    room.close(code);
    expect(await codeOf(next)).toBe(status);
  });
});

describe("a send right behind a Subscribe of its own session", () => {
  const place = { auth, roomName, personName };
  const roomsOf = (calls: Calls) => calls.flatMap(({ method, args }) => (method === "send" ? [args[1]] : []));

  it("[RP15] waits until that stands; one to another room does not", async () => {
    const [room, seat] = [new FakeRoom(), Promise.withResolvers<Response>()];
    const { gateway, calls } = testRpc({ fetch: () => seat.promise });
    const stream = gateway.subscribe(place)[Symbol.asyncIterator]();
    const first = stream.next();
    await expect.poll(() => lastArgs(calls, "fetch")).toBeDefined();
    const sent = gateway.sendMessage({ ...place, text: "hello" });
    await gateway.sendMessage({ ...place, roomName: "milk", text: "hello" });
    expect(roomsOf(calls)).toEqual(["milk"]);
    seat.resolve(room.upgrade());
    await sent;
    expect(room.heard).toEqual([{ type: "hello" }]);
    expect(roomsOf(calls)).toEqual(["milk", roomName]);
    room.sayMessages(0, 1);
    expect((await first).value?.serverSeq).toBe(1n);
    await stream.return?.();
  });
  it("[RP15] does not wait for one that was refused, nor for ever", async () => {
    const seat = Promise.withResolvers<Response>();
    const { gateway } = testRpc({ fetch: () => seat.promise });
    const next = gateway.subscribe(place)[Symbol.asyncIterator]().next();
    expect((await gateway.sendMessage({ ...place, text: "hello" })).ok).toBe(true);
    seat.resolve(Response.json(fail("notFound"), { status: 404 }));
    expect(await codeOf(next)).toBe("NotFound");
    vi.spyOn(scheduler, "wait").mockRejectedValue(new Error("nobody is waited for"));
    expect((await gateway.sendMessage({ ...place, text: "hello" })).ok).toBe(true);
  });
});

it("[RP8] the headers leave when the subscription stands, before any message", async () => {
  const { room, request, calls } = inRoom();
  const response = await open(request);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/connect+json"]);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  const upgrade = lastArgs(calls, "fetch")?.[0] as Request;
  expect(new URL(upgrade.url).pathname).toBe("/api/v1/rooms/tea/socket");
  expect(upgrade.headers.get(IDENTITY_HEADER)).toBe(encodeIdentity(ann));
  expect(upgrade.headers.get("authorization")).toBeNull();
  expect(upgrade.headers.get("x-request-id")).toBe(response.headers.get("x-request-id"));
  expect(upgrade.headers.get("traceparent")).toBe(response.headers.get("traceresponse"));
  await response.body?.cancel();
  await room.closed;
});
it("[RP8] after_seq places the seat behind it; past the head it is OUT_OF_RANGE, below 0 INVALID_ARGUMENT", async () => {
  const { room, gateway } = inRoom(5);
  const stream = gateway.subscribe({ auth, roomName, personName, afterSeq: 2n })[Symbol.asyncIterator]();
  const first = stream.next();
  await expect.poll(() => room.heard.at(-1)).toEqual({ type: "hello", resume: { epoch: "e1", seq: 2 } });
  room.sayMessages(2, 4);
  expect(Number((await first).value?.serverSeq)).toBe(3);
  expect(await take(stream, 3)).toEqual([4, 5, 6]);
  for (const afterSeq of [6n, 2n ** 62n]) {
    const ahead = inRoom(5);
    const next = ahead.gateway.subscribe({ auth, roomName, personName, afterSeq })[Symbol.asyncIterator]().next();
    expect(await codeOf(next)).toBe("OutOfRange");
    expect(ahead.room.heard.at(-1)).toMatchObject({
      resume: { seq: Math.min(Number(afterSeq), Number.MAX_SAFE_INTEGER) },
    });
  }
  const below = inRoom(5)
    .gateway.subscribe({ auth, roomName, personName, afterSeq: -1n })
    [Symbol.asyncIterator]()
    .next();
  expect(await codeOf(below)).toBe("InvalidArgument");
});
it("[RP2] somebody else's name is PERMISSION_DENIED, an empty one INVALID_ARGUMENT, and the seat is given back", async () => {
  const { room, gateway } = inRoom();
  const foreign = gateway.subscribe({ auth, roomName, personName: "bob" })[Symbol.asyncIterator]().next();
  expect(await codeOf(foreign)).toBe("PermissionDenied");
  await room.closed;
  const { calls, gateway: other } = inRoom();
  const empty = other.subscribe({ auth, roomName })[Symbol.asyncIterator]().next();
  expect(await codeOf(empty)).toBe("InvalidArgument");
  expect(namesOf(calls)).toEqual(["checkAuth"]);
});
it("[RP10] a reader that does not come back acknowledges nothing, and what it took is acknowledged once it does", async () => {
  const { room, request } = inRoom();
  const reader = (await open(request)).body?.getReader();
  room.sayMessages(0, 4, LARGE);
  room.say({ type: "lagging", seq: 4, window: 1_000 });
  await reader?.read();
  await reader?.read();
  expect(room.acks.every((seq) => seq < 2)).toBe(true);
  await reader?.read();
  await reader?.read();
  const more = reader?.read();
  await expect.poll(() => room.acks.at(-1)).toBe(4);
  room.sayMessages(4, 1);
  expect((await more)?.done).toBe(false);
  await reader?.cancel();
  await room.closed;
});
it("[RP9] behind a hole the rest is asked for again, and nothing is doubled or left out", async () => {
  const { room, gateway } = inRoom(9);
  const stream = gateway.subscribe({ auth, roomName, personName, afterSeq: 0n })[Symbol.asyncIterator]();
  const first = stream.next();
  await expect.poll(() => room.heard.length).toBe(2);
  room.sayMessages(0, 2);
  await first;
  expect(await take(stream, 1)).toEqual([2]);
  room.sayMessages(5, 1);
  const rest = take(stream, 4);
  await expect.poll(() => room.heard.at(-1)).toEqual({ type: "hello", resume: { epoch: "e1", seq: 2 } });
  room.sayMessages(2, 4);
  expect(await rest).toEqual([3, 4, 5, 6]);
});
it("[RP11] what a reader has not taken when its session ends is not read out", async () => {
  const { room, request } = inRoom();
  const reader = (await open(request)).body?.getReader();
  room.sayMessages(0, 3, LARGE);
  expect(text((await reader?.read())?.value)).toContain("x1");
  room.close(4501);
  await room.closed;
  const rest: string[] = [];
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) rest.push(text(next.value));
  expect(rest.join("")).toContain("unauthenticated");
  expect(rest.join("")).not.toContain("x3");
});
it("[RP14] a caller that goes frees its seat at once, also while nothing is said", async () => {
  const { room, request } = inRoom();
  const response = await open(request);
  const reader = response.body?.getReader();
  const waiting = reader?.read();
  await reader?.cancel();
  expect(await room.closed).toBe(1000);
  expect((await waiting)?.done).toBe(true);
});
it("[RP4] a deadline ends a stream with DEADLINE_EXCEEDED and frees the seat", async () => {
  const { room, gateway } = inRoom();
  const next = gateway.subscribe({ auth, roomName, personName }, { timeoutMs: 50 })[Symbol.asyncIterator]().next();
  expect(await codeOf(next)).toBe("DeadlineExceeded");
  await room.closed;
});
it("[RP4] a deadline does not wait for a room that does not answer the upgrade, and a seat that comes late is given back", async () => {
  const late = Promise.withResolvers<Response>();
  const room = new FakeRoom();
  const { request } = testRpc({ fetch: () => late.promise });
  const answer = await open(request, {}, { "connect-timeout-ms": "20" });
  expect(await answer.text()).toContain("deadline_exceeded");
  late.resolve(room.upgrade());
  expect(await room.closed).toBe(1000);
});
it("[RP4] a stream that stands says DEADLINE_EXCEEDED itself, whatever its caller notices", async () => {
  const { room, request } = inRoom();
  const answer = await open(request, {}, { "connect-timeout-ms": "50" });
  expect(await answer.text()).toContain("deadline_exceeded");
  await room.closed;
});
it("[RP4] a deadline does not wait for a room that upgrades and says nothing", async () => {
  const silent = new WebSocketPair();
  silent[1].accept();
  const closed = new Promise((resolve) => silent[1].addEventListener("close", resolve));
  const { request } = testRpc({ fetch: () => new Response(null, { status: 101, webSocket: silent[0] }) });
  const answer = await open(request, {}, { "connect-timeout-ms": "20" });
  expect(await answer.text()).toContain("deadline_exceeded");
  await closed;
});
it("[OP12] a room that upgrades and says nothing is the chat service's deadline", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  const silent = new WebSocketPair();
  silent[1].accept();
  const closed = new Promise((resolve) => silent[1].addEventListener("close", resolve));
  const upgraded = vi.fn<() => Response>(() => new Response(null, { status: 101, webSocket: silent[0] }));
  const answer = open(testRpc({ fetch: upgraded }).request);
  await expect.poll(() => upgraded.mock.calls.length).toBe(1);
  await vi.advanceTimersByTimeAsync(limits.SERVICE_WAIT_MS_MAX);
  const text = (await answer).text();
  await vi.advanceTimersByTimeAsync(1);
  expect(await text).toContain("unavailable");
  expect(JSON.parse(errors.mock.calls[0]?.[0])).toMatchObject({ service: "chat", reason: "deadline" });
  await closed;
});
it("[TR3] what breaks while a stream is read is logged with the ids of its request", async () => {
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  const { room, request } = inRoom();
  const answer = await open(request, {}, { "x-request-id": "mine" });
  const odd = { seq: 1, kind: "message", from: { id: 1, name: "ann" }, at: 1.5, messageNo: 1, body: "x" } as const;
  room.say({ type: "events", after: 0, events: [odd] });
  expect(await answer.text()).toContain("internal");
  expect(errors.mock.calls.map(([line]) => JSON.parse(line))).toMatchObject([
    { event: "request failed", requestId: "mine", spanId: expect.any(String) },
  ]);
});
it("[RP8] a room that refuses the seat refuses the stream", async () => {
  const refused = testRpc({ fetch: () => Response.json(fail("roomFull"), { status: 503 }) });
  const next = refused.gateway.subscribe({ auth, roomName, personName })[Symbol.asyncIterator]().next();
  expect(await codeOf(next)).toBe("ResourceExhausted");
});

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
