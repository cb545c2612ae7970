import { expect, it } from "vitest";
import { PING_MS as CONTRACT_PING_MS } from "../../contracts/native.ts";
import { encodeStamp } from "../model/stamp.ts";
import { EventsReader } from "./native-frames.ts";
import { PING_MS } from "./native-pulse.ts";
import { NativeSession } from "./native-session.ts";

const welcome = (seq: number, window = 100_000) => ({ type: "welcome", room: "1", epoch: "e", seq, window });

/** A session, what it transmitted and what it passed on. */
function stage() {
  const sent: unknown[] = [];
  const seen: number[] = [];
  const acked: string[] = [];
  const refused: string[] = [];
  const drops: (number | undefined)[] = [];
  const session = new NativeSession(new EventsReader("r"), {
    transmit: (text) => sent.push(...(text === "ping" ? ["ping"] : (JSON.parse(text) as unknown[]))),
    seen: (stamps) => seen.push(...stamps.map(({ seq }) => seq)),
    acked: (id, seq) => acked.push(`${id}@${seq}`),
    refused: (id, failure) => refused.push(`${id} ${failure}`),
    told: () => {},
    drop: (_reason, withinMs) => drops.push(withinMs),
  });
  const hear = (nowMs: number, ...frames: object[]) => session.receive(JSON.stringify(frames), nowMs);
  const events = (after: number, ...seqs: number[]) => ({ type: "events", after, events: seqs.map(event) });
  return { session, sent, seen, acked, refused, drops, hear, events };
}

function event(seq: number) {
  const stamp = { run: "r", step: 1, channel: "1", publisher: "p", number: seq, sentAtMs: 5 };
  return { seq, kind: "message", body: encodeStamp(stamp, 100) };
}

function online(seq = 0, window = 100_000) {
  const on = stage();
  on.session.opened(0);
  on.hear(0, welcome(seq, window));
  on.sent.length = 0;
  return on;
}

it("[LN1] a new session says hello, and after a broken connection where it left off", () => {
  const { session, sent, hear, events } = stage();
  session.opened(0);
  hear(0, welcome(7));
  hear(1, events(7, 8, 9));
  session.closed();
  session.opened(2);
  expect(sent).toEqual([{ type: "hello" }, { type: "hello", resume: { epoch: "e", seq: 9 } }]);
});

it("[LN2] events behind a hole are not taken: the session resumes once and reads them from there", () => {
  const { sent, seen, hear, events } = online();
  hear(1, events(0, 1));
  hear(2, events(2, 3));
  hear(3, events(3, 4));
  expect(sent).toEqual([{ type: "hello", resume: { epoch: "e", seq: 1 } }]);
  hear(4, { type: "resumed", from: 2, to: 4 });
  hear(5, events(1, 2, 3, 4));
  expect(seen).toEqual([1, 2, 3, 4]);
});

it("[LN3] what comes twice from a room that is awake is passed on twice, and once from one that slept", () => {
  const { seen, hear, events } = online();
  hear(1_000, events(0, 1));
  hear(1_001, events(0, 1));
  expect(seen).toEqual([1, 1]);
  hear(9_000, events(0, 1, 2));
  expect(seen).toEqual([1, 1, 2]);
});

it("[LN3] what was acknowledged is passed on again however long the room was quiet", () => {
  const { session, seen, hear, events } = online();
  hear(1_000, events(0, 1));
  session.tick(2_000);
  hear(9_000, events(0, 1, 2));
  expect(seen).toEqual([1, 1, 2]);
});

it("[LN4] a send without an answer is repeated with its id on the next connection, in the order of the sends", () => {
  const { session, sent, acked, hear } = online();
  for (const id of ["a", "b", "c"]) session.send(id, id);
  hear(1, { type: "ok", id: "b", seq: 1, at: 1 });
  session.closed();
  session.send("d", "d");
  sent.length = 0;
  session.opened(2);
  hear(2, welcome(1), { type: "resumed", from: 1, to: 1 });
  expect(sent.slice(1)).toMatchObject([{ id: "a" }, { id: "c" }, { id: "d" }]);
  hear(3, { type: "ok", id: "a", seq: 2, at: 2, duplicate: true });
  expect(acked).toEqual(["b@1", "a@2"]);
  expect(session.waiting).toBe(2);
});

it("[LN5] a refused send is given up", () => {
  const { session, refused, hear } = online();
  session.send("a", "a");
  hear(1, { type: "refused", id: "a", failure: "busy", message: "" });
  expect(refused).toEqual(["a busy"]);
  expect(session.waiting).toBe(0);
});

it("[LN6] events are acknowledged after a second, at half of the window, and when the room says lagging", () => {
  const { session, sent, hear, events } = online(0, 700);
  hear(1, events(0, 1));
  session.tick(1_000);
  expect(sent).toEqual([]);
  session.tick(1_001);
  expect(sent).toEqual([{ type: "ack", seq: 1 }]);
  hear(1_002, events(1, 2, 3, 4));
  expect(sent.at(-1)).toEqual({ type: "ack", seq: 4 });
  hear(1_003, { type: "lagging", seq: 4, window: 100_000 });
  expect(sent).toHaveLength(3);
});

it("[LN7] a silent connection is pinged as the contract says, and left when no answer comes", () => {
  const { session, sent, drops } = online();
  expect(PING_MS).toBe(CONTRACT_PING_MS);
  session.tick(PING_MS);
  expect(sent).toEqual(["ping"]);
  session.receive("pong", PING_MS + 1);
  session.tick(PING_MS * 2);
  session.tick(PING_MS * 2 + 10_000);
  expect(drops).toEqual([undefined]);
});

it("[LN7] a room that asks to reconnect names the time to spread it over, and a hello without an answer is given up", () => {
  const { session, drops, hear } = online();
  hear(1, { type: "reconnect", afterMs: 900 });
  session.closed();
  session.opened(10);
  session.tick(15_010);
  expect(drops).toEqual([900, undefined]);
});

it("[LN8] a session is current once it has what the room had when it came back", () => {
  const { session, hear, events } = online();
  expect(session.isCurrent).toBe(true);
  session.closed();
  session.opened(1);
  hear(1, welcome(0), { type: "resumed", from: 1, to: 2 });
  hear(2, events(0, 1));
  expect(session.isCurrent).toBe(false);
  hear(3, events(1, 2));
  expect(session.isCurrent).toBe(true);
});

it("[LN2] a log that was cut or replaced moves the position: what is missing stays missing", () => {
  const { seen, sent, hear, events } = online();
  hear(1, { type: "truncated", from: 1, to: 4 });
  hear(2, events(4, 5));
  hear(3, { type: "reset", epoch: "f", seq: 2 });
  hear(4, events(2, 3));
  expect(seen).toEqual([5, 3]);
  expect(sent).toEqual([]);
});
