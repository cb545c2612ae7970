import { chain } from "../contracts/chain.ts";
import { type FailureName, failures, mayRetry } from "../contracts/failures.ts";
import type { ClientFrame, LogPosition, PageQuery, ServerFrame } from "../contracts/native.ts";
import { Credit } from "./credit.ts";
import type { Effect, Notice } from "./effect.ts";
import { Outbox, type SendFrame } from "./outbox.ts";
import { Pulse } from "./pulse.ts";

/** A connection that has not come up, or a question to the room that has no answer, is given up after this. */
export const ANSWER_MS_MAX = 15_000;

/**
 * One client's stay in one room, across all of its connections: it takes what happens and returns what to do. The app
 * gets every event once and in order of seq, from its position on, or is told what is gone. [CL1] [CL2]
 */
export class RoomSession {
  readonly #credit = new Credit();
  readonly #outbox = new Outbox();
  readonly #pulse = new Pulse();
  readonly #questions = new Map<string, Extract<ClientFrame, { type: "history" }>>();
  #position: LogPosition | null;
  #phase: "offline" | "dialling" | "greeting" | "online" | "over" = "offline";
  /** When the answer to a dial or a hello is overdue. */
  #answerByMs: number | null = null;

  constructor(from: LogPosition | null = null) {
    this.#position = from;
  }

  /** The epoch and the last seq that the app has. */
  get position(): LogPosition | null {
    return this.#position;
  }

  get phase(): "offline" | "dialling" | "greeting" | "online" | "over" {
    return this.#phase;
  }

  /** When tick() wants to be called, or Infinity. */
  get dueAtMs(): number {
    if (this.#phase === "over") return Number.POSITIVE_INFINITY;
    const dues = [this.#pulse.dueAtMs, this.#answerByMs];
    if (this.#phase === "online") dues.push(this.#credit.dueAtMs, this.#outbox.dueAtMs);
    return Math.min(...dues.map((due) => due ?? Number.POSITIVE_INFINITY));
  }

  // Connections

  dialled(nowMs: number): void {
    this.#phase = "dialling";
    this.#answerByMs = nowMs + ANSWER_MS_MAX;
  }

  opened(nowMs: number): Effect[] {
    this.#phase = "greeting";
    this.#pulse.start(nowMs);
    return [this.#hello(nowMs)];
  }

  /** The connection ended: by the room with a code, by the network, or by a drop. [CL6] */
  closed(code: number): Effect[] {
    if (this.#phase === "over") return [];
    this.#phase = "offline";
    this.#answerByMs = null;
    this.#pulse.stop();
    this.#credit.acked();
    this.#outbox.rewind();
    return code >= 4500 && code <= 4999 ? this.over(toFailure(code)) : [];
  }

  /** Ends the session for good: whatever waits for an answer gets this one. */
  over(failure: FailureName, message: string = failures[failure].message): Effect[] {
    this.#phase = "over";
    const waiting = [...this.#outbox.abandon(), ...this.#questions.keys()];
    this.#questions.clear();
    const refusals = waiting.map((id): Effect => ({ type: "refused", id, failure, message }));
    return [...refusals, { type: "over", failure, message }];
  }

  // The app

  /** Takes a send. The id names it for ever: the same id is never sent with other content by this session. [CL3] */
  send(frame: SendFrame, nowMs: number): Effect[] {
    if (!this.#outbox.has(frame.id)) this.#outbox.put(frame);
    return this.#pump(nowMs);
  }

  /** Asks for a page of the log; asked again after a reconnect. */
  ask(req: string, query: PageQuery): Effect[] {
    const question = { type: "history", req, query } as const;
    this.#questions.set(req, question);
    return this.#phase === "online" ? [transmit(question)] : [];
  }

  /** Passes on what needs no answer; lost when there is no connection. */
  pass(frame: Extract<ClientFrame, { type: "typing" | "read" }>): Effect[] {
    return this.#phase === "online" ? [transmit(frame)] : [];
  }

  // The room

  /** Something arrived, if only a pong. */
  heard(): void {
    this.#pulse.heard();
  }

  /** Frames that came together in `bytes` of text. */
  received(frames: readonly ServerFrame[], bytes: number, nowMs: number): Effect[] {
    this.#pulse.heard();
    if (frames.some(({ type }) => type === "events")) this.#credit.received(bytes, nowMs);
    const effects = frames.flatMap((frame) => this.#take(frame, nowMs));
    return [...effects, ...this.#ack(nowMs), ...this.#pump(nowMs)];
  }

  /** Does what is due. */
  tick(nowMs: number): Effect[] {
    const pulse = this.#pulse.tick(nowMs);
    if (pulse === "dead") return [{ type: "drop", reason: "no sign of life" }];
    if (this.#answerByMs !== null && nowMs >= this.#answerByMs) {
      return this.#phase === "dialling" ? [{ type: "drop", reason: "no connection" }] : [this.#hello(nowMs)];
    }
    const pings: Effect[] = pulse === "ping" ? [{ type: "ping" }] : [];
    return [...pings, ...this.#ack(nowMs), ...this.#pump(nowMs)];
  }

  #take(frame: ServerFrame, nowMs: number): Effect[] {
    switch (frame.type) {
      case "welcome":
        return this.#welcomed(frame);
      case "resumed":
        this.#answerByMs = null;
        return [notice(frame)];
      case "truncated":
        return this.#cut(frame);
      case "reset":
        return this.#moved(frame, { epoch: frame.epoch, seq: frame.seq });
      case "events":
        return this.#follow(frame, nowMs);
      case "lagging":
        if (frame.window !== undefined) this.#credit.resize(frame.window);
        return [notice(frame), ...this.#ackNow()];
      case "ok":
        return this.#settled(frame);
      case "refused":
        return this.#refused(frame, nowMs);
      case "history":
        return this.#questions.delete(String(frame.req)) ? [{ type: "page", page: frame }] : [];
      case "presence":
      case "typing":
        return [notice(frame)];
      case "reconnect":
        return [{ type: "drop", reason: "the room asks to reconnect", withinMs: frame.afterMs }];
      default:
        return []; // a newer room: what this client does not know it does not need
    }
  }

  #welcomed(frame: Extract<ServerFrame, { type: "welcome" }>): Effect[] {
    const first = this.#phase !== "online";
    this.#phase = "online";
    this.#credit.open(frame.window);
    if (this.#position === null) {
      this.#position = { epoch: frame.epoch, seq: frame.seq };
      this.#answerByMs = null;
    }
    const questions = first ? [...this.#questions.values()] : [];
    return [notice(frame), ...(questions.length > 0 ? [transmit(...questions)] : [])];
  }

  #moved(frame: Extract<ServerFrame, { type: "truncated" | "reset" }>, to: LogPosition): Effect[] {
    this.#answerByMs = null;
    this.#position = to;
    return [notice(frame)];
  }

  /** Whoever has come further already has what was cut since: nothing is lost, and the position stays. [CL2] */
  #cut(frame: Extract<ServerFrame, { type: "truncated" }>): Effect[] {
    const { epoch, seq } = this.#position ?? { epoch: "", seq: 0 };
    return frame.to <= seq ? [] : this.#moved(frame, { epoch, seq: frame.to });
  }

  #follow({ after, events }: Extract<ServerFrame, { type: "events" }>, nowMs: number): Effect[] {
    if (this.#position === null) return [];
    const link = chain(this.#position.seq, after, events);
    if (link.type === "old") return [];
    // One question is enough: what does not chain until its answer is behind the same hole.
    if (link.type === "hole") return this.#answerByMs === null ? [this.#hello(nowMs)] : [];
    this.#position = { epoch: this.#position.epoch, seq: link.seq };
    return [notice({ type: "events", events: link.events })];
  }

  #settled({ id, seq, at, duplicate }: Extract<ServerFrame, { type: "ok" }>): Effect[] {
    return this.#outbox.settle(id) ? [{ type: "sent", id, sent: { seq, at, duplicate: duplicate === true } }] : [];
  }

  #refused(frame: Extract<ServerFrame, { type: "refused" }>, nowMs: number): Effect[] {
    const { id, failure, message, retryAfterMs } = frame;
    if (id === undefined) return [];
    if (this.#outbox.has(id) && mayRetry(failure)) {
      this.#outbox.postpone(id, nowMs, retryAfterMs);
      return [];
    }
    const known = this.#outbox.settle(id) || this.#questions.delete(id);
    return known ? [{ type: "refused", id, failure, message }] : [];
  }

  #hello(nowMs: number): Effect {
    this.#answerByMs = nowMs + ANSWER_MS_MAX;
    return transmit(this.#position === null ? { type: "hello" } : { type: "hello", resume: this.#position });
  }

  #ack(nowMs: number): Effect[] {
    const { dueAtMs } = this.#credit;
    return dueAtMs !== null && nowMs >= dueAtMs ? this.#ackNow() : [];
  }

  #ackNow(): Effect[] {
    this.#credit.acked();
    return this.#position === null ? [] : [transmit({ type: "ack", seq: this.#position.seq })];
  }

  #pump(nowMs: number): Effect[] {
    const frames = this.#phase === "online" ? this.#outbox.take(nowMs) : [];
    return frames.length === 0 ? [] : [transmit(...frames)];
  }
}

function transmit(...frames: readonly ClientFrame[]): Effect {
  return { type: "transmit", frames };
}

function notice(of: Notice): Effect {
  return { type: "notice", notice: of };
}

function toFailure(code: number): FailureName {
  const names = Object.keys(failures) as FailureName[];
  return names.find((name) => failures[name].close === code) ?? "forbidden";
}
