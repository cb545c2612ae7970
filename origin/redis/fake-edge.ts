import { mayRetry } from "../../contracts/failures.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";
import type { SeriesEdge } from "../edge/edge.ts";
import type { Parcel } from "./outbox.ts";

type Call = {
  readonly token: string;
  readonly ids: readonly string[];
  readonly settle: (reply: Reply<readonly Reply<Sent>[]>) => void;
};

/** A parcel for tests. */
export function parcel(token: string, id: string, body = "text"): Parcel {
  return { token, room: "1", message: { id, body } };
}

/** The edge for tests: a log that knows client ids, and answers that leave when the test says so. */
export class FakeEdge implements SeriesEdge {
  /** "session id" in the order in which they got on the log, each once. [P3] */
  readonly log: string[] = [];
  /** Every send that was asked, repeated ones too. */
  readonly asked: string[] = [];
  /** What was refused for good by a word of the test. */
  readonly denied: string[] = [];
  readonly #listeners = new Set<() => void>();
  /** Whether sends are answered at once. */
  answers: boolean;
  downSinceMs: number | null = null;
  #calls: Call[] = [];

  constructor({ answers = true }: { readonly answers?: boolean } = {}) {
    this.answers = answers;
  }

  get isUp(): boolean {
    return this.downSinceMs === null;
  }

  /** How many sends wait for their answer. */
  get underWay(): number {
    return this.#calls.length;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  send(token: string, _room: string, message: Outgoing): Promise<Reply<Sent>> {
    if (!this.isUp) return Promise.resolve(fail("unavailable"));
    return this.#ask(token, [message]).then((reply) => (reply.ok ? (reply.value[0] ?? fail("internal")) : reply));
  }

  sendSeries(token: string, _room: string, messages: readonly Outgoing[]): Promise<Reply<readonly Reply<Sent>[]>> {
    if (!this.isUp) return Promise.resolve(fail("unavailable"));
    return this.#ask(token, messages);
  }

  #ask(token: string, messages: readonly Outgoing[]): Promise<Reply<readonly Reply<Sent>[]>> {
    const ids = messages.map((message) => `${token} ${message.id ?? ""}`);
    this.asked.push(...ids);
    if (this.answers) return Promise.resolve(ok(ids.map((id) => this.#commit(id))));
    return new Promise((settle) => this.#calls.push({ token, ids, settle }));
  }

  /** Answers the oldest call of the n-th session that waits for one; a refusal is that of its send `at`. */
  answer(nth: number, outcome: "sent" | "lost" | "lostBehindLog" | Refusal, at = 0): void {
    const tokens = [...new Set(this.#calls.map(({ token }) => token))];
    const call = this.#calls.find(({ token }) => token === tokens[nth % tokens.length]);
    if (call === undefined) return;
    this.#calls = this.#calls.filter((other) => other !== call);
    call.settle(this.#reply(call.ids, outcome, Math.min(at, call.ids.length - 1)));
  }

  /** The uplink breaks; the first `committed` of the sends under way are on the log, and nobody is told. */
  breakOff(committed: number): void {
    if (!this.isUp) return;
    this.downSinceMs = Date.now();
    const calls = this.#calls.splice(0);
    for (const id of calls.flatMap(({ ids }) => ids).slice(0, committed)) this.#commit(id);
    for (const { settle } of calls) settle(fail("unavailable"));
    this.#tell();
  }

  comeBack(): void {
    if (this.isUp) return;
    this.downSinceMs = null;
    this.#tell();
  }

  seat(): Promise<Refusal> {
    return Promise.resolve(fail("unsupported"));
  }

  history(): Promise<Refusal> {
    return Promise.resolve(fail("unsupported"));
  }

  /** A refusal for now ends a series, one for good does not. */
  #reply(
    ids: readonly string[],
    outcome: "sent" | "lost" | "lostBehindLog" | Refusal,
    at: number,
  ): Reply<readonly Reply<Sent>[]> {
    if (outcome === "lost") return fail("unavailable");
    if (outcome === "lostBehindLog") {
      for (const id of ids) this.#commit(id);
      return fail("unavailable");
    }
    if (outcome === "sent") return ok(ids.map((id) => this.#commit(id)));
    const before = ids.slice(0, at).map((id) => this.#commit(id));
    if (mayRetry(outcome.failure)) return ok([...before, outcome]);
    this.denied.push(...ids.slice(at, at + 1));
    return ok([...before, outcome, ...ids.slice(at + 1).map((id) => this.#commit(id))]);
  }

  #commit(id: string): Reply<Sent> {
    const duplicate = this.log.includes(id);
    if (!duplicate) this.log.push(id);
    return ok({ epoch: "e", seq: this.log.indexOf(id) + 1, at: 0, duplicate });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
