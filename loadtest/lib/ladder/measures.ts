import { CallTally } from "../../model/call-tally.ts";
import type { Calls } from "../../model/observation.ts";
import type { Answer } from "./transport.ts";

/** The kinds of calls that the tester measures. */
export type CallName = "login" | "create_room" | "enter_room" | "send_message";

/** The tester tries rooms so often, and a message once. */
const ATTEMPTS = 4;
const RETRIED: readonly string[] = ["unavailable", "deadline_exceeded", "resource_exhausted", "unknown"];

/** What one virtual user's calls took. */
export class Measures {
  readonly #tallies = new Map<CallName, CallTally>();

  /** Does a call, and counts it: anything but "ok" as failed. */
  async take(name: CallName, call: () => Promise<Answer>): Promise<Answer> {
    const fromMs = Date.now();
    const answer = await call();
    const tally = this.#tallies.get(name) ?? new CallTally(name);
    this.#tallies.set(name, tally);
    tally.take(fromMs, Date.now(), answer.code !== "ok");
    return answer;
  }

  /** A line for each kind of call that was made. */
  report(step: number): readonly Calls[] {
    return [...this.#tallies.values()].map((tally) => tally.report(step));
  }
}

/** A call about a room: what is there already is fine, and what may pass is tried again. */
export async function tolerant(call: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await call();
    if (answer.code === "already_exists") return { code: "ok", reply: answer.reply };
    if (attempt === ATTEMPTS || !RETRIED.includes(answer.code)) return answer;
  }
}
