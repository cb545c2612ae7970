import type { Server } from "./server.ts";

/** A line of the log, as far as a trace goes. */
export type TraceLine = {
  readonly level: string;
  readonly event: string;
  readonly service?: string;
  readonly object?: string;
  readonly call?: string;
  readonly route?: string;
  readonly outcome?: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
};

/** A trace that a client began: its ids, its headers, and the lines that the server writes of it. */
export class ClientTrace {
  readonly traceId = randomHex(32);
  readonly spanId = randomHex(16);
  readonly requestId = `request-${randomHex(8)}`;
  readonly lines: TraceLine[] = [];
  readonly #sampled: boolean;

  constructor(server: Server, sampled = true) {
    this.#sampled = sampled;
    server.onLine((line) => {
      if (line.includes(this.requestId)) this.lines.push(JSON.parse(line) as TraceLine);
    });
  }

  get headers(): Readonly<Record<string, string>> {
    const flags = this.#sampled ? "01" : "00";
    return { "x-request-id": this.requestId, traceparent: `00-${this.traceId}-${this.spanId}-${flags}` };
  }

  /** Whether the request was answered and its line written: the other lines come before it. */
  get complete(): boolean {
    return this.lines.some(({ event }) => event === "request");
  }

  /** Who called whom, from the client's span on: each hop with the hops under it. */
  tree(spanId: string = this.spanId): readonly string[] {
    return this.lines
      .filter(({ parentSpanId }) => parentSpanId === spanId)
      .flatMap((line) => [nameOf(line), ...this.tree(line.spanId).map((name) => `${nameOf(line)} > ${name}`)])
      .toSorted();
  }
}

function nameOf({ event, service, object, call }: TraceLine): string {
  return event === "request" ? "gateway" : `${service ?? object}.${call}`;
}

function randomHex(length: number): string {
  return (crypto.randomUUID() + crypto.randomUUID()).replaceAll("-", "").slice(0, length);
}
