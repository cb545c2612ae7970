import { setTimeout } from "k6/timers";
import { Publisher } from "../../checker/publisher.ts";
import { type Histogram, record } from "../../model/histogram.ts";
import { target } from "../target.ts";
import type { Member } from "./log-in.ts";
import type { Measures } from "./measures.ts";
import { accounts, settings } from "./settings.ts";
import type { LadderTransport } from "./transport.ts";

/** One member's words in the room, at its own phase of the interval so that the room hears an even stream. */
export class Speaker {
  readonly publisher: Publisher;
  readonly #member: Member;
  readonly #transport: LadderTransport;
  readonly #measures: Measures;

  constructor(member: Member, transport: LadderTransport, measures: Measures) {
    const { roomName: channel } = settings;
    this.publisher = new Publisher({ run: target.run, step: 1, channel, publisher: member.name, bytes: 0 });
    this.#member = member;
    this.#transport = transport;
    this.#measures = measures;
  }

  /**
   * Sends at fixed moments, however long answers take: a slow answer holds up nobody else. Only the next message of the
   * same member waits for it, because a person's messages have an order; its latency counts from when it was due.
   */
  async speak(startMs: number, lateness: Histogram): Promise<void> {
    const everyMs = 1_000 / settings.sendsPerSecond;
    const phaseMs = (this.#member.index / accounts.length) * everyMs;
    for (let dueMs = startMs + phaseMs; dueMs < startMs + settings.durationMs; dueMs += everyMs) {
      const freeMs = Math.max(dueMs, Date.now());
      await until(freeMs);
      record(lateness, Math.max(0, Date.now() - freeMs));
      await this.#send(Math.floor(dueMs));
    }
  }

  async #send(dueMs: number): Promise<void> {
    const { name, auth } = this.#member;
    const { number, text } = this.publisher.next(dueMs);
    const place = { auth, room_name: settings.roomName, person_name: name };
    const message = { ...place, text, client_ts_ms: Date.now(), msg_id: newMessageId(name) };
    const { code, reply } = await this.#measures.take("send_message", () =>
      this.#transport.call("gateway.GatewayService/SendMessage", message),
    );
    if (code === "ok") this.publisher.acked(number, Date.now(), Number(reply.serverSeq));
  }
}

/** The tester's form: user, time, chance. */
function newMessageId(name: string): string {
  return `${name}-${Date.now()}-${Math.floor(Math.random() * 0x1_0000_0000).toString(16)}`;
}

/** Resolves at a moment. */
export function until(atMs: number): Promise<void> {
  const waitMs = atMs - Date.now();
  return waitMs <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(() => resolve(), Math.ceil(waitMs)));
}
