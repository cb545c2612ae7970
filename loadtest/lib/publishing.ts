import exec from "k6/execution";
import { Publisher } from "../checker/publisher.ts";
import { momentOf } from "./clock.ts";
import { observe } from "./observe.ts";
import { messageBytes } from "./settings.ts";
import { target } from "./target.ts";

/** What one virtual user publishes: a publisher for each channel, and new ones in each step. */
class Publishers {
  readonly #byChannel = new Map<string, Publisher>();
  #step = 0;

  /** Stamps the channel's next message and sends it. `send` says whether it was acknowledged. */
  publish(channel: string, send: (text: string) => boolean): boolean {
    const prepared = this.prepare(channel);
    const isAcked = send(prepared.text);
    if (isAcked) prepared.acked();
    return isAcked;
  }

  /** Stamps the channel's next message, to be sent at once. */
  prepare(channel: string): { readonly text: string; readonly acked: () => void } {
    const nowMs = Date.now();
    const publisher = this.#publisherOf(channel, momentOf(nowMs).step.step);
    const { number, text } = publisher.next(nowMs);
    return { text, acked: () => publisher.acked(number, Date.now()) };
  }

  /** Writes down what was sent since the last report, to be called when nothing is on its way. */
  report(): void {
    for (const publisher of this.#byChannel.values()) {
      const published = publisher.report();
      if (published !== null) observe(published);
    }
  }

  #publisherOf(channel: string, step: number): Publisher {
    if (step !== this.#step) {
      this.report();
      this.#byChannel.clear();
      this.#step = step;
    }
    const found = this.#byChannel.get(channel);
    if (found !== undefined) return found;
    const publishing = { run: target.run, publisher: `v${exec.vu.idInTest}`, bytes: messageBytes };
    const publisher = new Publisher({ ...publishing, step, channel });
    this.#byChannel.set(channel, publisher);
    return publisher;
  }
}

/** This virtual user's. */
export const publishers = new Publishers();
