import { failures } from "../../contracts/failures.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";
import type { Edge } from "../edge/edge.ts";
import type { Parcel } from "./outbox.ts";

type Call = { readonly token: string; readonly id: string; readonly settle: (reply: Reply<Sent>) => void };

/** A parcel for tests. */
export function parcel(token: string, id: string, body = "text"): Parcel {
  return { token, room: "1", message: { id, body } };
}

/** The edge for tests: a log that knows client ids, and answers that leave when the test says so. */
export class FakeEdge implements Edge {
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
    const id = `${token} ${message.id ?? ""}`;
    this.asked.push(id);
    if (this.answers) return Promise.resolve(this.#commit(id));
    return new Promise((settle) => this.#calls.push({ token, id, settle }));
  }

  /** Answers the oldest send of the n-th session that waits for one. */
  answer(nth: number, outcome: "sent" | "lost" | "lostBehindLog" | Refusal): void {
    const tokens = [...new Set(this.#calls.map(({ token }) => token))];
    const call = this.#calls.find(({ token }) => token === tokens[nth % tokens.length]);
    if (call === undefined) return;
    this.#calls = this.#calls.filter((other) => other !== call);
    call.settle(this.#reply(call.id, outcome));
  }

  /** The uplink breaks; the first `committed` of the sends under way are on the log, and nobody is told. */
  breakOff(committed: number): void {
    if (!this.isUp) return;
    this.downSinceMs = Date.now();
    const calls = this.#calls.splice(0);
    for (const { id } of calls.slice(0, committed)) this.#commit(id);
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

  #reply(id: string, outcome: "sent" | "lost" | "lostBehindLog" | Refusal): Reply<Sent> {
    if (outcome === "lost") return fail("unavailable");
    if (outcome === "sent") return this.#commit(id);
    if (outcome === "lostBehindLog") {
      this.#commit(id);
      return fail("unavailable");
    }
    if (failures[outcome.failure].close >= 4500) this.denied.push(id);
    return outcome;
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
