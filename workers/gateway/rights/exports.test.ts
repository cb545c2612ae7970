import { expect, it } from "vitest";
import type { RoomEvent } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import type { PageQuery } from "../../../contracts/native.ts";
import { fail, ok } from "../../../contracts/reply.ts";
import { ann, type Calls, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";
import { events, exportLines, head } from "./test-export.ts";

const token = tokenOf(ann);
const linesOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const message = (seq: number): RoomEvent => ({
  seq,
  kind: "message",
  from: { id: 1, name: "ann" },
  at: 1,
  messageNo: seq,
  body: `text ${seq}`,
});

/** A room of so many messages whose history is answered page by page. */
function longRoom(count: number, page: (after: number) => unknown = () => undefined) {
  const gateway: ReturnType<typeof testGateway> = testGateway({
    exportHead: () => ok({ ...head, head: count, messages: count }),
    history: () => {
      const { after, limit } = lastQuery(gateway.calls);
      const run = Array.from({ length: Math.min(limit, count - after) }, (_, i) => message(after + 1 + i));
      const more = after + run.length < count;
      return page(after) ?? ok({ epoch: "e1", after, events: run, more, head: count, first: 1 });
    },
  });
  return gateway;
}

function lastQuery(calls: Calls): Extract<PageQuery, { readonly after: number }> {
  return calls.at(-1)?.args[2] as Extract<PageQuery, { readonly after: number }>;
}

it("[RI6] a room is its head, its events and an end, one a line, and is a file of its name", async () => {
  const { call } = testGateway({
    exportHead: () => ok(head),
    history: () => ok({ epoch: "e1", after: 0, events, more: false, head: 4, first: 1 }),
  });
  const response = await call("GET", "/api/v1/rooms/tea%20%27%28time%29/export", token);
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''tea%20%27%28time%29.ndjson");
  expect(await response.text()).toBe(`${exportLines()}\n`);
});

it("[RI6] events that come while it is read are not in it", async () => {
  const { call } = testGateway({
    exportHead: () => ok({ ...head, head: 2 }),
    history: () => ok({ epoch: "e1", after: 0, events, more: false, head: 4, first: 1 }),
  });
  const lines = linesOf(await (await call("GET", "/api/v1/rooms/tea/export", token)).text());
  expect(lines.map(({ type, seq }) => seq ?? type)).toEqual(["room", 1, 2, "end"]);
  expect(lines.at(-1)).toEqual({ type: "end", events: 2, head: 2 });
});

it("[RI7] pages are read as fast as the reader takes them, and no more once it is gone", async () => {
  const { call, calls } = longRoom(5 * limits.PAGE_MAX);
  const response = await call("GET", "/api/v1/rooms/tea/export", token);
  const pages = () => calls.filter(({ method }) => method === "history").length;
  expect(pages()).toBe(0);
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.read();
  expect(pages()).toBeLessThanOrEqual(2);
  await reader?.cancel();
  const before = pages();
  await (await call("GET", "/api/v1/limits")).text();
  expect(pages()).toBe(before);
});

it("[RI6] a long room is whole", async () => {
  const { call } = longRoom(2 * limits.PAGE_MAX + 1);
  const lines = linesOf(await (await call("GET", "/api/v1/rooms/tea/export", token)).text());
  expect(lines.slice(1, -1).map(({ seq }) => seq)).toEqual(Array.from({ length: 401 }, (_, i) => i + 1));
  expect(lines.at(-1)).toEqual({ type: "end", events: 401, head: 401 });
});

const page = { epoch: "e1", more: true, head: 500, first: 1 };
it.each([
  ["access that is lost", () => fail("forbidden")],
  ["a room that does not answer", () => Promise.reject(new Error("gone"))],
  ["another life of the room", () => ok({ ...page, epoch: "e2", after: 200, events: [message(201)] })],
  ["a log that was cut meanwhile", () => ok({ ...page, after: 300, events: [message(301)] })],
  ["a page of nothing", () => ok({ ...page, after: 200, events: [] })],
])("[RI7] %s breaks the file off without an end", async (_name, broken) => {
  const { call } = longRoom(500, (after) => (after === 200 ? broken() : undefined));
  const response = await call("GET", "/api/v1/rooms/tea/export", token);
  const lines = linesOf(await response.text());
  expect([response.status, lines.length, lines.at(-1)?.seq]).toEqual([200, 201, 200]);
});

it("[RI6] a refusal before the first line is a problem", async () => {
  const { call, calls } = testGateway({ exportHead: () => fail("forbidden", "join it first") });
  const response = await call("GET", "/api/v1/rooms/tea/export", token);
  expect([response.status, response.headers.get("content-type")]).toEqual([403, "application/problem+json"]);
  expect(calls.map(({ method }) => method)).toEqual(["exportHead"]);
});

it("[RI8] [RI9] everything about me: the account, and what rooms hold, page by page", async () => {
  const marks = { id: 1, read: 2, delivered: 2 };
  const version = { seq: 1, version: 1, at: 1, body: "before" };
  const pages = [
    { role: "member", marks, events: [message(1)], versions: [version], next: 5 },
    { role: "member", marks, events: [message(7)], versions: [], next: null },
  ];
  const { call, calls } = testGateway({ exportOwn: () => ok(pages.shift()) });
  const response = await call("GET", "/api/v1/accounts/me/export", token);
  expect(linesOf(await response.text())).toMatchObject([
    { type: "account", version: 1, user: { id: 1, name: "ann" }, rooms: ["lobby"] },
    { type: "room", room: "lobby", role: "member", marks },
    { type: "event", room: "lobby", seq: 1 },
    { type: "version", room: "lobby", body: "before" },
    { type: "event", room: "lobby", seq: 7 },
    { type: "end", events: 2, rooms: 1 },
  ]);
  expect(calls.slice(1).map(({ args }) => args.slice(1))).toEqual([
    ["lobby", 0, limits.PAGE_MAX],
    ["lobby", 5, limits.PAGE_MAX],
  ]);
});

it("[RI8] a room that does not answer is named, and the others follow; a session that ended takes nothing more", async () => {
  const { call: data } = testGateway();
  const account = linesOf(await (await data("GET", "/api/v1/accounts/me/export", token)).text())[0] ?? {};
  const rooms = ["a", "b"];
  const replies: unknown[] = [fail("unavailable"), ok({ role: null, marks: {}, events: [], versions: [], next: null })];
  const overrides = { accountData: () => ok({ ...account, rooms }), exportOwn: () => replies.shift() };
  const answer = await testGateway(overrides).call("GET", "/api/v1/accounts/me/export", token);
  expect(linesOf(await answer.text()).slice(1)).toMatchObject([
    { type: "unavailable", room: "a" },
    { type: "room", room: "b" },
    { type: "end", events: 0, rooms: 2 },
  ]);
  replies.push(fail("session"));
  const dead = await testGateway(overrides).call("GET", "/api/v1/accounts/me/export", token);
  expect(linesOf(await dead.text()).map(({ type }) => type)).toEqual(["account"]);
});
