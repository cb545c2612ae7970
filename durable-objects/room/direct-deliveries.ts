import { isStanding, type RoomEvent } from "../../contracts/event.ts";
import type { DirectMessage } from "../../contracts/gochat.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { Namespace, UserStub } from "../../contracts/objects.ts";

type Users = Namespace<Pick<UserStub, "deliverDirect">>;
/** A message's event as it reads now. */
type Present = (seq: number) => RoomEvent | undefined;

const ATTEMPTS_MAX = 3;
const RETRY_MS = 200;
/** With bodies of the largest size a third of what one RPC may carry (32 MiB). */
const RUN_MESSAGES_MAX = 160;

/**
 * Hands gochat's op 2 to the recipient's user object, one call at a time, so that the order of the pair's log is the
 * order on the sockets. The message is on the log already: what cannot be handed over is still in the history.
 */
export class DirectDeliveries {
  readonly #users: Users;
  readonly #present: Present;
  readonly #waiting: DirectMessage[] = [];
  #running = false;

  constructor(users: Users, present: Present) {
    this.#users = users;
    this.#present = present;
  }

  push(message: DirectMessage): void {
    this.#waiting.push(message);
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    for (let run = this.#takeRun(); run.length > 0; run = this.#takeRun()) await this.#deliver(run);
    this.#running = false;
  }

  /** The messages at the front that go to one user, as many as one call carries. */
  #takeRun(): readonly DirectMessage[] {
    const to = this.#waiting[0]?.toUserId;
    const end = this.#waiting.findIndex(({ toUserId }) => toUserId !== to);
    return this.#waiting.splice(0, Math.min(RUN_MESSAGES_MAX, end < 0 ? this.#waiting.length : end));
  }

  async #deliver(run: readonly DirectMessage[]): Promise<void> {
    const [first] = run;
    if (first === undefined) return;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const messages = this.#asNow(run);
      if (messages.length === 0) return;
      try {
        return await this.#users.getByName(String(first.toUserId)).deliverDirect(messages);
      } catch (error) {
        log("warn", "direct messages were not handed over", { attempt, error: describeError(error) });
        await scheduler.wait(RETRY_MS * attempt);
      }
    }
  }

  /** What waited may have been edited or deleted since: nobody is told a text that is gone. [ED2] [ED10] */
  #asNow(run: readonly DirectMessage[]): readonly DirectMessage[] {
    return run.flatMap((message) => {
      const event = this.#present(message.event.seq);
      return event !== undefined && isStanding(event) ? { ...message, event } : [];
    });
  }
}
