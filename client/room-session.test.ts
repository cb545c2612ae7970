import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoomEvent } from "../contracts/event.ts";
import type { ServerFrame } from "../contracts/native.ts";
import type { Effect } from "./effect.ts";
import { ModelConnection, RoomModel } from "./room-model.ts";
import { ANSWER_MS_MAX, RoomSession } from "./room-session.ts";

const you = { id: 1, name: "ann", session: "s", read: 0, unread: 0 };
const welcome = (seq: number, window = 1_000): ServerFrame => ({
  type: "welcome",
  room: "r",
  epoch: "e1",
  seq,
  you,
  presence: { count: 1, users: [] },
  window,
});
const event = (seq: number): RoomEvent => ({ seq, kind: "message", from: you, at: seq, messageNo: seq, body: "" });
const run = (after: number, to: number): ServerFrame => ({
  type: "events",
  after,
  events: Array.from({ length: to - after }, (_, i) => event(after + 1 + i)),
});
const seqs = (effects: readonly Effect[]): number[] =>
  effects.flatMap((effect) =>
    effect.type === "notice" && effect.notice.type === "events" ? effect.notice.events.map(({ seq }) => seq) : [],
  );
const sentFrames = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === "transmit" ? effect.frames : []));

function online(seq: number, window?: number): RoomSession {
  const session = new RoomSession();
  session.dialled(0);
  session.opened(0);
  session.received([welcome(seq, window)], 10, 0);
  return session;
}

describe("order", () => {
  it("[CL1] events after the welcome come in order and overlap is dropped", () => {
    const session = online(3);
    expect(seqs(session.received([run(3, 5)], 10, 0))).toEqual([4, 5]);
    expect(seqs(session.received([run(1, 7)], 10, 0))).toEqual([6, 7]);
    expect(session.position).toEqual({ epoch: "e1", seq: 7 });
  });

  it("[CL2] a hole is asked for once and nothing behind it is delivered", () => {
    const session = online(3);
    expect(sentFrames(session.received([run(5, 6)], 10, 0))).toEqual([
      { type: "hello", resume: { epoch: "e1", seq: 3 } },
    ]);
    expect(session.received([run(6, 7)], 10, 0)).toEqual([]);
    expect(seqs(session.received([{ type: "resumed", from: 4, to: 7 }, run(3, 7)], 10, 0))).toEqual([4, 5, 6, 7]);
  });

  it("[CL2] a resume without an answer is asked for again", () => {
    const session = online(3);
    session.received([run(5, 6)], 10, 0);
    expect(session.dueAtMs).toBeLessThanOrEqual(ANSWER_MS_MAX);
    expect(sentFrames(session.tick(ANSWER_MS_MAX))).toContainEqual({ type: "hello", resume: { epoch: "e1", seq: 3 } });
  });

  it("[CL2] truncation and reset move the position and are told", () => {
    const session = online(3);
    session.closed(1006);
    session.opened(0);
    const effects = session.received([welcome(90), { type: "truncated", from: 4, to: 80 }, run(80, 90)], 10, 0);
    expect(effects).toContainEqual({ type: "notice", notice: { type: "truncated", from: 4, to: 80 } });
    expect(seqs(effects)).toHaveLength(10);
    session.received([{ type: "reset", epoch: "e2", seq: 5 }], 10, 0);
    expect(session.position).toEqual({ epoch: "e2", seq: 5 });
  });

  it("[CL1] [RI4] what is cut behind the position is nothing that was lost", () => {
    const session = online(0);
    session.received([run(0, 9)], 10, 0);
    const effects = session.received([{ type: "truncated", from: 3, to: 7 }, run(7, 10)], 10, 0);
    expect(seqs(effects)).toEqual([10]);
    expect(JSON.stringify(effects)).not.toContain("truncated");
    expect(session.position).toEqual({ epoch: "e1", seq: 10 });
  });
});

describe("sends", () => {
  it("[CL3] what has no answer leaves again on the next connection, with its id", () => {
    const session = online(0);
    const frame = { type: "send", id: "a", body: "hello" } as const;
    expect(sentFrames(session.send(frame, 0))).toEqual([frame]);
    session.closed(1006);
    session.opened(0);
    expect(sentFrames(session.received([welcome(0), { type: "resumed", from: 1, to: 0 }], 10, 0))).toEqual([frame]);
  });

  it("[CL4] a refusal with a retry time is tried again then, a final one is given to the app", () => {
    const session = online(0);
    const frame = { type: "send", id: "a", body: "hello" } as const;
    session.send(frame, 0);
    const later = { type: "refused", id: "a", failure: "rateLimited", message: "", retryAfterMs: 700 } as const;
    expect(session.received([later], 10, 0)).toEqual([]);
    expect(session.dueAtMs).toBe(700);
    expect(session.tick(699)).toEqual([]);
    expect(sentFrames(session.tick(700))).toEqual([frame]);
    const never = { type: "refused", id: "a", failure: "forbidden", message: "no" } as const;
    expect(session.received([never], 10, 0)).toEqual([{ ...never }]);
  });

  it("[CL6] a close code of 4500 or above ends it, any other invites back", () => {
    const session = online(0);
    session.send({ type: "send", id: "a", body: "hello" }, 0);
    expect(session.closed(4000)).toEqual([]);
    expect(session.closed(4501).map(({ type }) => type)).toEqual(["refused", "over"]);
    expect(session.phase).toBe("over");
  });
});

describe("credit and pulse", () => {
  it("[CL5] an ack leaves at half of the window, or one second after the first event", () => {
    const session = online(0, 1_000);
    expect(sentFrames(session.received([run(0, 1)], 499, 0))).toEqual([]);
    expect(sentFrames(session.received([run(1, 2)], 1, 0))).toEqual([{ type: "ack", seq: 2 }]);
    expect(sentFrames(session.received([run(2, 3)], 1, 100))).toEqual([]);
    expect(session.dueAtMs).toBe(1_100);
    expect(sentFrames(session.tick(1_100))).toEqual([{ type: "ack", seq: 3 }]);
  });

  it("[CL5] lagging is answered with an ack of what is there", () => {
    const session = online(4);
    expect(sentFrames(session.received([{ type: "lagging", seq: 9, window: 1_000 }], 10, 0))).toEqual([
      { type: "ack", seq: 4 },
    ]);
    expect(sentFrames(session.received([run(4, 5)], 500, 20))).toEqual([{ type: "ack", seq: 5 }]);
  });

  it("[CL7] a ping without any answer drops the connection", () => {
    const session = online(0);
    expect(session.tick(25_000)).toEqual([{ type: "ping" }]);
    session.heard();
    expect(session.tick(50_000)).toEqual([{ type: "ping" }]);
    expect(session.tick(60_000)).toEqual([{ type: "drop", reason: "no sign of life" }]);
  });
});

// What a network and a hibernating room may do to a connection, in any order.
const act = fc.oneof(
  fc.record({ type: fc.constant("append" as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ type: fc.constant("deliver" as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ type: fc.constant("rewind" as const), to: fc.nat(20) }),
  ...(["post", "serve", "flush", "lose", "repeat", "cut"] as const).map((type) =>
    fc.record({ type: fc.constant(type) }),
  ),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

const byText = (a = "", b = "") => a.localeCompare(b);

/** Drives a session against the model and keeps what the app saw. */
class Stage {
  readonly room = new RoomModel();
  readonly seen: number[] = [];
  readonly settled: string[] = [];
  readonly posted: string[] = [];
  #connection = new ModelConnection(this.room);
  readonly #session = new RoomSession({ epoch: "e1", seq: 0 });
  #nowMs = 0;

  constructor() {
    this.#dial();
  }

  act(step: Act): void {
    const { toClient } = this.#connection;
    this.#nowMs += 10;
    if (step.type === "append") this.#append(step.count);
    if (step.type === "deliver") this.#receive(toClient.splice(0, step.count));
    if (step.type === "rewind") this.#connection.rewind(step.to);
    if (step.type === "post") this.#post();
    if (step.type === "serve") this.#connection.serve();
    if (step.type === "flush") this.#connection.flush();
    if (step.type === "lose") this.#lose();
    if (step.type === "repeat" && toClient[0]?.type === "events") toClient.unshift(toClient[0]);
    if (step.type === "cut") this.#cut();
  }

  /** Peace returns: a good connection, and one more event that makes any hole visible. */
  settle(): void {
    this.#cut();
    for (let i = 0; i < 4; i++) {
      this.#connection.serve();
      this.#connection.flush();
      this.#receive(this.#connection.toClient.splice(0));
    }
  }

  #append(count: number): void {
    this.#connection.serve();
    for (let i = 0; i < count; i++) this.room.append("x");
    this.#connection.flush();
  }

  /** The runtime drops one frame that waits for a stalled reader. */
  #lose(): void {
    const { toClient } = this.#connection;
    const at = toClient.findIndex(({ type }) => type === "events");
    if (at >= 0) toClient.splice(at, 1);
  }

  #post(): void {
    const id = `id${this.posted.length}`;
    this.posted.push(id);
    this.#do(this.#session.send({ type: "send", id, body: id }, this.#nowMs));
  }

  #cut(): void {
    this.#do(this.#session.closed(1006));
    this.#connection = new ModelConnection(this.room);
    this.#dial();
  }

  #dial(): void {
    this.#session.dialled(this.#nowMs);
    this.#do(this.#session.opened(this.#nowMs));
  }

  #receive(frames: readonly ServerFrame[]): void {
    if (frames.length > 0) this.#do(this.#session.received(frames, 100, this.#nowMs));
  }

  #do(effects: readonly Effect[]): void {
    this.seen.push(...seqs(effects));
    this.settled.push(...effects.flatMap((effect) => (effect.type === "sent" ? [effect.id] : [])));
    this.#connection.toRoom.push(...sentFrames(effects));
  }
}

it("[CL1] [CL3] whatever connections do, the app sees every seq once in order and every send settles once", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), (steps) => {
      const stage = new Stage();
      for (const step of steps) stage.act(step);
      stage.settle();
      expect(stage.seen).toEqual(stage.room.log.map(({ seq }) => seq));
      expect(stage.settled.toSorted(byText)).toEqual(stage.posted.toSorted(byText));
      const bodies = stage.room.log.flatMap(({ body }) => (body === "x" ? [] : [body]));
      expect(bodies.toSorted(byText)).toEqual(stage.posted.toSorted(byText));
    }),
    { numRuns: 2_000 },
  );
});
