import type { EventPage } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { fail, isReply, type Reply } from "../../contracts/reply.ts";
import type { Sent } from "../../contracts/services.ts";
import type { UplinkAnswer } from "../../contracts/uplink.ts";
import type { EdgePlatform } from "./platform.ts";

type Ask = { readonly untilMs: number; readonly answer: (reply: UplinkAnswer) => void };

/**
 * Questions on the uplink that have no answer yet. Each gets one: the edge's, or `unavailable`, in time also when the
 * machine's clock is set back. [UC4]
 */
export class Asks {
  readonly #platform: Pick<EdgePlatform, "after" | "steadyMs">;
  /** In the order in which they were asked, which is that of their deadlines. */
  readonly #asks = new Map<number, Ask>();
  #cancel: (() => void) | null = null;
  #last = 0;

  constructor(platform: Pick<EdgePlatform, "after" | "steadyMs">) {
    this.#platform = platform;
  }

  get size(): number {
    return this.#asks.size;
  }

  /** A new question: its number, and its answer. What the edge answers to a number is what was asked with it. */
  open<T extends Sent | EventPage | readonly Reply<Sent>[]>(): {
    readonly req: number;
    readonly reply: Promise<Reply<T>>;
  } {
    const req = ++this.#last;
    const reply = new Promise<Reply<T>>((resolve) => {
      const untilMs = this.#platform.steadyMs() + limits.SERVICE_WAIT_MS_MAX;
      this.#asks.set(req, { untilMs, answer: (answer) => resolve(answer as Reply<T>) });
    });
    this.#watch();
    return { req, reply };
  }

  answer(req: number, reply: UplinkAnswer): void {
    const ask = this.#asks.get(req);
    this.#asks.delete(req);
    ask?.answer(isReply(reply) ? reply : fail("unavailable", "the edge gave an answer that is none"));
  }

  /** The uplink broke: whether they were done is not known. */
  failAll(): void {
    this.#cancel?.();
    this.#cancel = null;
    const asks = [...this.#asks.values()];
    this.#asks.clear();
    for (const { answer } of asks) answer(fail("unavailable", "the way to the edge broke: try again"));
  }

  /** One timer for all: the oldest is due first. */
  #watch(): void {
    const oldest = this.#asks.values().next().value;
    if (this.#cancel !== null || oldest === undefined) return;
    this.#cancel = this.#platform.after(Math.max(0, oldest.untilMs - this.#platform.steadyMs()), () => this.#expire());
  }

  #expire(): void {
    this.#cancel = null;
    const nowMs = this.#platform.steadyMs();
    for (const [req, { untilMs }] of this.#asks) {
      if (untilMs > nowMs) break;
      this.answer(req, fail("unavailable"));
    }
    this.#watch();
  }
}
