import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { ok } from "../../contracts/reply.ts";
import { createFakeOrigin, createUpOrigin } from "./fake-origin.ts";

const sent = (seq: number) => ok({ epoch: "e", seq, at: 1, duplicate: false });

it("[UC3] what is asked in one turn leaves in one frame, in order", async () => {
  const { edge, platform } = createUpOrigin();
  for (const body of ["a", "b", "c"]) void edge.send("t", "1", { body });
  await platform.turn();
  expect(platform.socket.texts).toHaveLength(1);
  expect(platform.socket.taken()).toMatchObject([{ message: { body: "a" } }, { message: { body: "b" } }, { req: 3 }]);
});

it("[UC3] while the network is behind, what many turns ask waits and leaves together", async () => {
  const { edge, platform } = createUpOrigin();
  platform.socket.bufferedAmount = 300_000;
  for (const body of ["a", "b", "c"]) {
    void edge.send("t", "1", { body });
    await platform.turn();
  }
  platform.pass(2);
  expect(platform.socket.texts).toEqual([]);
  platform.socket.bufferedAmount = 0;
  platform.pass(2);
  expect(platform.socket.texts).toHaveLength(1);
  expect(platform.socket.taken()).toHaveLength(3);
});

it("[UC3] a frame has at most UPLINK_REQUESTS_PER_FRAME_MAX requests and UPLINK_FRAME_BYTES_MAX bytes", async () => {
  const { edge, platform } = createUpOrigin();
  for (let i = 0; i <= limits.UPLINK_REQUESTS_PER_FRAME_MAX; i++) void edge.send("t", "1", { body: "a" });
  await platform.turn();
  expect(platform.socket.texts.map((text) => JSON.parse(text).length)).toEqual([4_096, 1]);
  platform.socket.texts = [];
  for (let i = 0; i < 600; i++) void edge.send("t", "1", { body: "é".repeat(limits.BODY_BYTES_MAX / 2) });
  await platform.turn();
  expect(platform.socket.texts.every((text) => Buffer.byteLength(text) <= limits.UPLINK_FRAME_BYTES_MAX)).toBe(true);
  expect(platform.socket.taken()).toHaveLength(600);
});

it("[UC4] answers go to who asked, in whatever order they come", async () => {
  const { edge, platform } = createUpOrigin();
  const [one, two] = [edge.send("t", "1", { body: "a" }), edge.send("t", "1", { body: "b" })];
  const page = edge.history("t", "1", { after: 0, limit: 5 });
  const answer = ok({ epoch: "e", after: 0, events: [], more: false, head: 0, first: 1 });
  platform.socket.say({ type: "answer", req: 3, reply: answer });
  platform.socket.say({ type: "answer", req: 2, reply: sent(2) }, { type: "answer", req: 1, reply: sent(1) });
  platform.socket.say({ type: "answer", req: 99, reply: sent(9) });
  expect(await Promise.all([one, two, page])).toMatchObject([sent(1), sent(2), answer]);
});

it("[UC4] without an uplink a send is unavailable at once, and so is what waits when it breaks", async () => {
  const { edge, platform } = createFakeOrigin();
  expect(await edge.send("t", "1", { body: "a" })).toMatchObject({ failure: "unavailable" });
  platform.socket.welcome();
  const waiting = [edge.send("t", "1", { body: "a" }), edge.history("t", "1", { after: 0, limit: 1 })];
  platform.socket.end(1006);
  expect(await Promise.all(waiting)).toMatchObject([{ failure: "unavailable" }, { failure: "unavailable" }]);
  await platform.turn();
  platform.pass(250);
  platform.socket.welcome();
  await platform.turn();
  expect(platform.socket.taken()).toEqual([]);
});

it("[UC4] what the edge does not answer for SERVICE_WAIT_MS_MAX is unavailable, and a late answer is nobody's", async () => {
  const { edge, platform } = createUpOrigin();
  const early = edge.send("t", "1", { body: "a" });
  platform.pass(limits.SERVICE_WAIT_MS_MAX - 1);
  const late = edge.send("t", "1", { body: "b" });
  platform.pass(1);
  expect(await early).toMatchObject({ failure: "unavailable" });
  platform.socket.say({ type: "answer", req: 1, reply: sent(1) }, { type: "answer", req: 2, reply: sent(2) });
  expect(await late).toMatchObject(sent(2));
});

it("[UC4] a machine's clock that is set back makes nobody wait for longer", async () => {
  const { edge, platform } = createUpOrigin();
  const send = edge.send("t", "1", { body: "a" });
  const { nowMs } = platform;
  Object.assign(platform, { steadyMs: nowMs, nowMs: () => nowMs() - 3_600_000 });
  platform.pass(limits.SERVICE_WAIT_MS_MAX);
  expect(await send).toMatchObject({ failure: "unavailable" });
});

it("[UC4] past UPLINK_ASKS_MAX without an answer a send is busy, with a retry time", async () => {
  const { edge } = createUpOrigin();
  for (let i = 0; i < limits.UPLINK_ASKS_MAX; i++) void edge.send("t", "1", { body: "a" });
  expect(await edge.send("t", "1", { body: "a" })).toMatchObject({ failure: "busy", retryAfterMs: 1_000 });
});

it("[UC4] an answer that is none is unavailable", async () => {
  const { edge, platform } = createUpOrigin();
  const reply = edge.send("t", "1", { body: "a" });
  platform.socket.hear('[{"type":"answer","req":1,"reply":{}}]');
  expect(await reply).toMatchObject({ failure: "unavailable" });
});

it.each([
  { body: 1 },
  { body: "a", id: 1 },
  { body: "a", replyTo: -1 },
  { body: "a", stamp: { atMs: Number.NaN } },
] as never[])(
  "[UC10] a message that breaks the protocol is refused here: it would cost everybody the uplink: %j",
  async (message) => {
    const { edge, platform } = createUpOrigin();
    expect(await edge.send("t", "1", message)).toMatchObject({ failure: "badRequest" });
    await platform.turn();
    expect(platform.socket.texts).toEqual([]);
  },
);

it.each([{ after: 0, limit: 201 }, { before: 1.5, limit: 1 }, { after: 0, limit: 0 }, { limit: 1 }] as never[])(
  "[UC10] and so is such a question for a page: %j",
  async (query) => {
    const { edge } = createUpOrigin();
    expect(await edge.history("t", "1", query)).toMatchObject({ failure: "badRequest" });
  },
);

it("[UC8] the edge is told what was read at every quarter of its window, counted anew on each uplink", async () => {
  const { platform } = createFakeOrigin();
  platform.socket.welcome(1_000);
  const text = (bytes: number) => `[{"type":"xx","pad":"${"é".repeat((bytes - 24) / 2)}"}]`;
  const { length: welcome } = '[{"type":"welcome","carrier":"origin:r1","window":1000}]';
  platform.socket.hear(text(100));
  await platform.turn();
  expect(platform.socket.taken()).toEqual([]);
  platform.socket.hear(text(150));
  await platform.turn();
  expect(platform.socket.taken()).toEqual([{ type: "read", bytes: welcome + 250 }]);
  platform.socket.end(1006);
  platform.pass(250);
  platform.socket.welcome(1_000);
  platform.socket.hear(text(250));
  await platform.turn();
  expect(platform.socket.taken()).toEqual([{ type: "read", bytes: welcome + 250 }]);
});
