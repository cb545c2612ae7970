import { expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { fail } from "../../../contracts/reply.ts";
import { ann, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";
import { NDJSON } from "./ndjson.ts";
import { events, exportLines, head } from "./test-export.ts";

const PATH = "/api/v1/imports?room=copy";
const headers = { authorization: `Bearer ${tokenOf(ann)}`, "content-type": NDJSON };
type Problem = { readonly failure: string; readonly detail: string; readonly errors?: readonly { path: string }[] };

/** What the gateway answers to a body, and what it asked of the services. */
async function send(body: BodyInit, path = PATH, overrides = {}) {
  const gateway = testGateway(overrides);
  const response = await gateway.request(path, { method: "POST", headers, body });
  return { response, calls: gateway.calls, problem: async () => response.json<Problem>() };
}

const event = (fields: object, at = 0) => ({ type: "event", ...events[at], ...fields });
const without = (at: number, ...fields: readonly string[]) =>
  Object.fromEntries(Object.entries(event({}, at)).filter(([name]) => !fields.includes(name)));

it("[RI14] lines become a room: begun with the first, filled in order, finished behind the last", async () => {
  const { response, calls } = await send(exportLines());
  expect([response.status, response.headers.get("location")]).toEqual([201, "/api/v1/rooms/copy"]);
  expect(calls).toEqual([
    { method: "beginImport", args: [ann, "copy", head, false] },
    { method: "importEvents", args: [ann, "copy", events] },
    { method: "finishImport", args: [ann, "copy"] },
  ]);
  expect((await send(`\n${exportLines()}\r\n\n`)).response.status).toBe(201);
});

it("[RI16] authors are kept where that is asked for, and the service says for whom", async () => {
  const { calls } = await send(exportLines(), `${PATH}&authors=keep`);
  expect(calls[0]?.args.at(-1)).toBe(true);
  const refused = await send(exportLines(), `${PATH}&authors=keep`, { beginImport: () => fail("forbidden") });
  expect([refused.response.status, refused.calls.length]).toEqual([403, 1]);
  for (const path of [`${PATH}&authors=all`, "/api/v1/imports", "/api/v1/imports?room=%20"]) {
    const wrong = await send(exportLines(), path);
    expect([path, wrong.response.status, wrong.calls]).toEqual([path, 400, []]);
  }
});

it("[RI14] a long export goes to the room in runs, while it arrives", async () => {
  const many = Array.from({ length: limits.IMPORT_EVENTS_MAX + 1 }, (_, i) =>
    event({ seq: i + 1, messageNo: i + 1, reactions: undefined }),
  );
  const first = { type: "room", version: 1, ...head, head: many.length, messages: many.length };
  const end = { type: "end", events: many.length, head: many.length };
  const text = [first, ...many, end].map((line) => JSON.stringify(line)).join("\n");
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  // In pieces that cut lines and characters wherever they fall.
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytes.slice(at, at + 777));
      at += 777;
      if (at >= bytes.length) controller.close();
    },
  });
  const { response, calls } = await send(body);
  expect(response.status).toBe(201);
  const runs = calls.filter(({ method }) => method === "importEvents").map(({ args }) => args[2] as readonly unknown[]);
  expect(runs.map(({ length }) => length)).toEqual([limits.IMPORT_EVENTS_MAX, 1]);
});

const OVER = limits.IMPORT_SEQ_MAX + 1;
const wrong: readonly (readonly [string, number, Readonly<Record<number, object | string | null>>])[] = [
  ["no JSON", 1, { 1: "{" }],
  ["nothing but brackets", 1, { 1: "[".repeat(100_000) }],
  ["an event first", 1, { 1: event({}) }],
  ["another version", 1, { 1: { type: "room", version: 2, ...head } }],
  ["a profile that no room can have", 1, { 1: { type: "room", version: 1, ...head, visibility: "secret" } }],
  ["a first seq past the head", 1, { 1: { type: "room", version: 1, ...head, first: 6 } }],
  ["a second room", 3, { 3: { type: "room", version: 1, ...head } }],
  ["a gap", 3, { 3: null }],
  ["a seq twice", 3, { 3: event({}) }],
  ["a message that counts wrong", 2, { 2: event({ messageNo: 2 }) }],
  ["time that goes back", 3, { 3: event({ at: 4 }, 1) }],
  ["the future", 2, { 2: event({ at: Date.now() + 3_600_000 }) }],
  ["an answer to what comes later", 3, { 3: event({ replyTo: 3 }, 1) }],
  ["a message without a text", 2, { 2: without(0, "body") }],
  ["a deleted message with a text", 3, { 3: event({ body: "still here" }, 1) }],
  ["a text that is too long", 2, { 2: event({ body: "é".repeat(20_000) }) }],
  ["half of a character", 2, { 2: event({ body: "\ud800" }) }],
  ["a field that nobody knows", 2, { 2: event({ colour: "red" }) }],
  ["a kind that nobody knows", 5, { 5: event({ kind: "vote" }, 3) }],
  ["a reaction without its emoji", 4, { 4: without(2, "reaction") }],
  ["a reaction that is a word", 2, { 2: event({ reactions: [{ emoji: "yes", count: 1 }] }) }],
  ["a change without a target", 4, { 4: without(2, "target") }],
  ["a membership of nobody", 5, { 5: without(3, "subject") }],
  ["an id that is none", 2, { 2: event({ from: { id: 1.5, name: "ann" } }) }],
  ["an id of nobody", 2, { 2: event({ from: { id: 0, name: "ann" } }) }],
  ["a mention of nobody", 2, { 2: event({ mentions: [-0] }) }],
  ["an end that counted otherwise", 6, { 6: { type: "end", events: 3, head: 4 } }],
  ["an end of another head", 6, { 6: { type: "end", events: 4, head: 5 } }],
  ["something behind the end", 6, { 5: { type: "end", events: 3, head: 4 } }],
];

it.each(wrong)("[RI14] %s is refused by its line, and no room comes of it", async (_name, no, replace) => {
  const { response, calls, problem } = await send(exportLines(replace));
  expect(response.status).toBe(400);
  const { detail, errors } = await problem();
  expect(detail).toMatch(new RegExp(`^line ${no}:`));
  expect(errors?.[0]?.path).toMatch(new RegExp(`^/${no}(/|$)`));
  expect(calls.map(({ method }) => method)).not.toContain("finishImport");
});

it.each([
  ["a head", 1, { 1: { type: "room", version: 1, ...head, head: OVER } }],
  ["a number of messages", 1, { 1: { type: "room", version: 1, ...head, messages: OVER } }],
  ["a number of reactions", 2, { 2: event({ reactions: [{ emoji: "👍", count: OVER }] }) }],
  ["a reaction's count", 4, { 4: event({ reaction: { emoji: "👍", on: true, count: OVER } }, 2) }],
])("[RI15] %s behind which the room could not count on exactly is refused", async (_name, no, replace) => {
  const { response, problem } = await send(exportLines(replace));
  expect(response.status).toBe(400);
  expect((await problem()).detail).toMatch(new RegExp(`^line ${no}:.*${limits.IMPORT_SEQ_MAX}`));
});

it("[RI14] a refused line is not repeated in the answer", async () => {
  const { response } = await send(exportLines({ 2: event({ body: 7, from: { id: 1, name: { secret: "hush" } } }) }));
  expect(await response.text()).not.toContain("hush");
});

it("[RI14] an export that was cut off, or is nothing at all, makes no room", async () => {
  for (const body of [
    "",
    "\n\n",
    exportLines({ 6: null }),
    exportLines({ 5: null, 6: null }),
    exportLines({ 6: '{"type":"en' }),
  ]) {
    const { response, calls } = await send(body);
    expect(response.status).toBe(400);
    expect(calls.map(({ method }) => method)).not.toContain("finishImport");
  }
});

it("[RI14] another content type is 415 and asks no service", async () => {
  for (const type of ["application/json", "text/plain", ""]) {
    const { request, calls } = testGateway();
    const init = { method: "POST", headers: { ...headers, "content-type": type }, body: exportLines() };
    expect([(await request(PATH, init)).status, calls]).toEqual([415, []]);
  }
});

it("[RI14] bytes that are not UTF-8 are refused by their line", async () => {
  const [bytes, bad] = [
    new TextEncoder().encode(`${exportLines({ 3: null, 4: null, 5: null, 6: null })}\n`),
    new Uint8Array([0xff]),
  ];
  const { response, problem } = await send(new Blob([bytes, bad]));
  expect([response.status, (await problem()).detail]).toEqual([400, "line 3 is not UTF-8"]);
});

it("[RI14] a line and an import that have no end are refused at their limits, a declared length unread", async () => {
  let sent = 0;
  const endless = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += bytes.byteLength;
        controller.enqueue(bytes);
      },
    });
  };
  expect((await send(endless("x".repeat(1_000_000)))).response.status).toBe(413);
  expect(sent).toBeLessThan(limits.IMPORT_LINE_BYTES_MAX + 3_000_000);
  sent = 0;
  expect((await send(endless(`${" ".repeat(1_000_000)}\n`))).response.status).toBe(413);
  expect(sent).toBeLessThan(limits.IMPORT_BYTES_MAX + 9_000_000);
  const { request } = testGateway();
  const declared = { ...headers, "content-length": String(limits.IMPORT_BYTES_MAX + 1) };
  expect((await request(PATH, { method: "POST", headers: declared, body: "x" })).status).toBe(413);
});

it("[RI15] what the room refuses is answered as it is, and nothing more is asked", async () => {
  for (const [method, failure, status] of [
    ["beginImport", "nameTaken", 409],
    ["importEvents", "logFull", 507],
    ["importEvents", "notFound", 404],
    ["finishImport", "badRequest", 400],
  ] as const) {
    const { response, calls } = await send(exportLines(), PATH, { [method]: () => fail(failure) });
    expect([method, response.status, calls.at(-1)?.method]).toEqual([method, status, method]);
  }
});
