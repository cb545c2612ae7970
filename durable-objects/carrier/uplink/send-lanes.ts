import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { describeError, log } from "../../../contracts/log.ts";
import type { Namespace, RoomStub } from "../../../contracts/objects.ts";
import { fail, type Reply } from "../../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../../contracts/services.ts";

type Rooms = Namespace<Pick<RoomStub, "sendMany">>;
type Waiting = {
  readonly identity: Identity;
  readonly message: Outgoing;
  readonly settle: (reply: Reply<Sent>) => void;
};

/** Calls of one room that are under way at the same time: who is slow to be let in keeps the others waiting in one alone. */
const CALLS_MAX = 4;
const CALL_CHARS_MAX = 4_194_304;
const RETRY_MS = 1_000;

/**
 * Takes sends to their rooms, many in one call. What one session sends to a room is in one call at a time, so that it
 * keeps its order, and nobody else's waits for it. [UP5]
 */
export class SendLanes {
  readonly #rooms: Rooms;
  readonly #lanes = new Map<string, Lane>();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** Answers what the room answers; never rejects. */
  send(room: string, identity: Identity, message: Outgoing): Promise<Reply<Sent>> {
    const lane = this.#lanes.get(room) ?? this.#open(room);
    return new Promise((settle) => lane.offer({ identity, message, settle }));
  }

  #open(room: string): Lane {
    const lane = new Lane(
      () => this.#rooms.getByName(room),
      () => this.#lanes.delete(room),
    );
    this.#lanes.set(room, lane);
    return lane;
  }
}

/** The sends of one room. */
class Lane {
  readonly #stub: () => Pick<RoomStub, "sendMany">;
  readonly #idle: () => void;
  /** By session, in the order of their first sends. */
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #busy = new Set<string>();
  #size = 0;
  #calls = 0;
  #isDue = false;

  constructor(stub: () => Pick<RoomStub, "sendMany">, idle: () => void) {
    this.#stub = stub;
    this.#idle = idle;
  }

  offer(send: Waiting): void {
    if (this.#size >= limits.QUEUE_SENDS_MAX) {
      send.settle(fail("busy", "too many messages wait for this room: try again later", RETRY_MS));
      return;
    }
    this.#size++;
    const { sessionId } = send.identity;
    const own = this.#waiting.get(sessionId);
    if (own === undefined) this.#waiting.set(sessionId, [send]);
    else own.push(send);
    if (this.#isDue) return;
    this.#isDue = true;
    // A microtask later, so that all sends of one frame share a call.
    queueMicrotask(() => this.#go());
  }

  #go(): void {
    this.#isDue = false;
    while (this.#calls < CALLS_MAX) {
      const batch = this.#take();
      if (batch.length === 0) break;
      void this.#call(batch);
    }
    if (this.#calls === 0) this.#idle();
  }

  /** What waits of sessions that have nothing under way, up to the bounds of a call. */
  #take(): readonly Waiting[] {
    const batch: Waiting[] = [];
    let chars = 0;
    for (const [sessionId, own] of this.#waiting) {
      if (this.#busy.has(sessionId)) continue;
      while (own[0] !== undefined && batch.length < limits.UPLINK_BATCH_SENDS_MAX && chars < CALL_CHARS_MAX) {
        chars += own[0].message.body.length;
        batch.push(...own.splice(0, 1));
      }
      if (own.length === 0) this.#waiting.delete(sessionId);
      if (batch.length === limits.UPLINK_BATCH_SENDS_MAX || chars >= CALL_CHARS_MAX) break;
    }
    for (const { identity } of batch) this.#busy.add(identity.sessionId);
    return batch;
  }

  async #call(batch: readonly Waiting[]): Promise<void> {
    this.#calls++;
    const replies = await this.#ask(batch);
    this.#calls--;
    this.#size -= batch.length;
    for (const [i, { identity, settle }] of batch.entries()) {
      this.#busy.delete(identity.sessionId);
      settle(replies[i] ?? fail("unavailable"));
    }
    this.#go();
  }

  async #ask(batch: readonly Waiting[]): Promise<readonly Reply<Sent>[]> {
    try {
      return await this.#stub().sendMany(batch.map(({ identity, message }) => ({ identity, message })));
    } catch (error) {
      log("error", "sends got no answer", { sends: batch.length, error: describeError(error) });
      return [];
    }
  }
}
