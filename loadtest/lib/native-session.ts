import type { FailureName } from "../../contracts/failures.ts";
import type { ServerFrame } from "../../contracts/native.ts";
import type { Found } from "../model/stamp.ts";
import type { EventsReader, EventsRun } from "./native-frames.ts";
import { Outbox } from "./native-outbox.ts";
import { Pulse } from "./native-pulse.ts";

/** What a session asks of its driver. */
export type SessionPorts = {
  readonly transmit: (text: string) => void;
  /** Messages as they came, in the order of the frame. */
  readonly seen: (stamps: readonly Found[], nowMs: number) => void;
  readonly acked: (id: string, seq: number, nowMs: number) => void;
  readonly refused: (id: string, failure: FailureName, message: string) => void;
  /** A frame that is no events and no answer to a send, after the session took it. */
  readonly told: (frame: ServerFrame, nowMs: number) => void;
  /** This connection is to be left and dialled again, spread over a time where the room names one. */
  readonly drop: (reason: string, withinMs?: number) => void;
};

const ACK_MS = 1_000;
const HELLO_MS_MAX = 15_000;
/** A room that slept after this much quiet may send again what was not acknowledged [CR5]. */
const QUIET_MS = 5_000;

/**
 * A stay in a room over all of its connections, as client/ does it and without its parsing: position, resume, credit, and
 * sends that are repeated with their ids until they are answered. What comes twice from a room that is awake is passed on
 * twice, because the checker is to see it.
 */
export class NativeSession {
  readonly #reader: EventsReader;
  readonly #ports: SessionPorts;
  readonly #pulse = new Pulse();
  readonly #outbox = new Outbox();
  #epoch: string | null = null;
  #seq = 0;
  #ackedSeq = 0;
  #isOnline = false;
  /** When the hello was sent that has no answer. */
  #askedAtMs: number | null = null;
  #currentFromSeq = 0;
  #windowBytes = Number.POSITIVE_INFINITY;
  #unackedBytes = 0;
  #ackAtMs = Number.POSITIVE_INFINITY;
  #eventsAtMs = 0;

  constructor(reader: EventsReader, ports: SessionPorts) {
    this.#reader = reader;
    this.#ports = ports;
  }

  /** Sends without an answer. */
  get waiting(): number {
    return this.#outbox.size;
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** Whether it is connected and has everything that the room had when it came (back). */
  get isCurrent(): boolean {
    return this.#isOnline && this.#askedAtMs === null && this.#seq >= this.#currentFromSeq;
  }

  opened(nowMs: number): void {
    this.#pulse.start(nowMs);
    this.#hello(nowMs);
  }

  closed(): void {
    this.#isOnline = false;
    this.#askedAtMs = null;
    this.#pulse.stop();
    this.#open(Number.POSITIVE_INFINITY);
  }

  /** Sends, now or as soon as there is a connection. The id names the message for ever. */
  send(id: string, body: string): void {
    const text = this.#outbox.put(id, body);
    if (this.#isOnline) this.#ports.transmit(text);
  }

  /** Takes one text frame. */
  receive(text: string, nowMs: number): void {
    this.#pulse.heard();
    const run = this.#reader.read(text);
    if (run !== null) this.#follow(run, text.length, nowMs);
    else if (text.startsWith("[")) this.#takeAll(text, nowMs);
  }

  /** Does what is due; twice a second is often enough. */
  tick(nowMs: number): void {
    const pulse = this.#pulse.tick(nowMs);
    const isUnanswered = this.#askedAtMs !== null && nowMs - this.#askedAtMs >= HELLO_MS_MAX;
    if (pulse === "dead" || isUnanswered) this.#ports.drop("no sign of life");
    else if (pulse === "ping") this.#ports.transmit("ping");
    if (nowMs >= this.#ackAtMs && this.#isOnline) this.#ack();
  }

  #follow({ after, last, stamps }: EventsRun, bytes: number, nowMs: number): void {
    if (this.#epoch === null) return;
    if (after > this.#seq) {
      if (this.#askedAtMs === null) this.#hello(nowMs);
      return;
    }
    const seq = this.#seq;
    const isRepeat = after < seq && nowMs - this.#eventsAtMs >= QUIET_MS;
    this.#eventsAtMs = nowMs;
    this.#seq = Math.max(seq, last);
    const acked = this.#ackedSeq;
    this.#ports.seen(isRepeat ? stamps.filter((stamp) => stamp.seq > seq || stamp.seq <= acked) : stamps, nowMs);
    this.#count(bytes, nowMs);
  }

  #takeAll(text: string, nowMs: number): void {
    for (const frame of JSON.parse(text) as readonly ServerFrame[]) {
      const run = frame.type === "events" ? this.#reader.read(JSON.stringify([frame])) : null;
      if (run === null) this.#take(frame, nowMs);
      else this.#follow(run, text.length, nowMs);
    }
  }

  #take(frame: ServerFrame, nowMs: number): void {
    if (frame.type === "ok") {
      if (this.#outbox.settle(frame.id)) this.#ports.acked(frame.id, frame.seq, nowMs);
      return;
    }
    if (frame.type === "refused" && frame.id !== undefined) {
      if (this.#outbox.settle(frame.id)) this.#ports.refused(frame.id, frame.failure, frame.message);
      return;
    }
    if (frame.type === "welcome") this.#welcomed(frame);
    if (frame.type === "resumed") this.#answered(this.#epoch, this.#seq, frame.to);
    if (frame.type === "truncated") this.#answered(this.#epoch, Math.max(this.#seq, frame.to), frame.to);
    if (frame.type === "reset") this.#answered(frame.epoch, frame.seq, frame.seq);
    if (frame.type === "lagging") {
      this.#windowBytes = frame.window ?? this.#windowBytes;
      this.#ack();
    }
    this.#ports.told(frame, nowMs);
    if (frame.type === "reconnect") this.#ports.drop("the room asks to reconnect", frame.afterMs);
  }

  #welcomed({ epoch, seq, window }: Extract<ServerFrame, { type: "welcome" }>): void {
    this.#isOnline = true;
    this.#open(window);
    if (this.#epoch === null) this.#answered(epoch, seq, seq);
    for (const text of this.#outbox.frames()) this.#ports.transmit(text);
  }

  #answered(epoch: string | null, seq: number, currentFromSeq: number): void {
    this.#askedAtMs = null;
    this.#epoch = epoch;
    this.#seq = seq;
    this.#ackedSeq = 0;
    this.#currentFromSeq = currentFromSeq;
  }

  #hello(nowMs: number): void {
    this.#askedAtMs = nowMs;
    const resume = this.#epoch === null ? {} : { resume: { epoch: this.#epoch, seq: this.#seq } };
    this.#ports.transmit(JSON.stringify([{ type: "hello", ...resume }]));
  }

  #open(windowBytes: number): void {
    this.#windowBytes = windowBytes;
    this.#unackedBytes = 0;
    this.#ackAtMs = Number.POSITIVE_INFINITY;
  }

  #count(bytes: number, nowMs: number): void {
    this.#unackedBytes += bytes;
    this.#ackAtMs = Math.min(this.#ackAtMs, nowMs + ACK_MS);
    if (this.#unackedBytes * 2 >= this.#windowBytes) this.#ack();
  }

  #ack(): void {
    this.#open(this.#windowBytes);
    if (this.#epoch === null) return;
    this.#ackedSeq = this.#seq;
    this.#ports.transmit(`[{"type":"ack","seq":${this.#seq}}]`);
  }
}
