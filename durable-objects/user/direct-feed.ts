import type { DirectMessage } from "../../contracts/gochat.ts";
import { limits } from "../../contracts/limits.ts";
import { describeError, log } from "../../contracts/log.ts";

/** Hands messages to one carrier. */
export type HandOver = (carrier: string, messages: readonly DirectMessage[]) => Promise<void>;

type Line = { waiting: DirectMessage[]; chars: number; busy: Promise<void> | null };

/** Messages on their way to carriers: in order for each, one call at a time, none waiting for another carrier. [AC9] */
export class DirectFeed {
  readonly #lines = new Map<string, Line>();
  readonly #handOver: HandOver;

  constructor(handOver: HandOver) {
    this.#handOver = handOver;
  }

  /** Resolves when the carrier took the messages, or could not: that is logged, and the log of the room has them. */
  send(carrier: string, messages: readonly DirectMessage[]): Promise<void> {
    const line = this.#lineTo(carrier);
    const chars = messages.reduce((sum, { event }) => sum + (event.body?.length ?? 0), 0);
    if (line.chars + chars > limits.CARRIER_BACKLOG_BYTES_MAX) {
      log("warn", "direct messages dropped: too much waits", { carrier, messages: messages.length });
      return Promise.resolve();
    }
    line.waiting.push(...messages);
    line.chars += chars;
    line.busy ??= this.#drain(carrier, line);
    return line.busy;
  }

  #lineTo(carrier: string): Line {
    let line = this.#lines.get(carrier);
    if (line === undefined) {
      line = { waiting: [], chars: 0, busy: null };
      this.#lines.set(carrier, line);
    }
    return line;
  }

  async #drain(carrier: string, line: Line): Promise<void> {
    while (line.waiting.length > 0) {
      const messages = line.waiting;
      line.waiting = [];
      line.chars = 0;
      try {
        await this.#handOver(carrier, messages);
      } catch (error) {
        log("warn", "direct messages not delivered", { carrier, error: describeError(error) });
      }
    }
    this.#lines.delete(carrier);
  }
}
