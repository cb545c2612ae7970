import { randomUUID } from "node:crypto";
import type { JoinFrame } from "../../contracts/gochat.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { TcpSend } from "../../contracts/tcp-packet.ts";
import type { Edge, OriginSeat, Rider } from "../edge/edge.ts";
import type { Attendance } from "../redis/attendance.ts";
import type { Courier, Taken } from "../redis/outbox.ts";
import { directFrames, type Frames, roomFrames, toldFrames } from "./frames.ts";

/** What a connection is bound to. */
type Bound = { readonly token: string; readonly roomId: number; readonly room: string; seat: OriginSeat | null };

/** Where to what a room hands out goes, and the news that nothing more will come. */
export type Receiver = {
  readonly deliver: (frames: Frames) => void;
  readonly tell: (frames: Frames) => void;
  readonly ended: (refusal: Refusal) => void;
  /** Messages are missing that this dialect cannot ask for. */
  readonly missed: () => void;
};
export type Surroundings = { readonly edge: Edge; readonly courier: Courier; readonly attendance: Attendance };

/** The seat of one connection: one session in one room at a time. Who speaks is whoever it was taken for. [TC8] [P5] */
export class Boarding {
  readonly #connection: string;
  readonly #around: Surroundings;
  readonly #receiver: Receiver;
  #bound: Bound | null = null;

  constructor(connection: string, around: Surroundings, receiver: Receiver) {
    this.#connection = connection;
    this.#around = around;
    this.#receiver = receiver;
  }

  /** Takes the seat, and gives back the one before. The same again changes nothing. */
  async bind({ authToken, roomId }: JoinFrame): Promise<Reply<null>> {
    if (this.#bound?.token === authToken && this.#bound.roomId === roomId) return ok(null);
    this.leave();
    const bound: Bound = { token: authToken, roomId, room: String(roomId), seat: null };
    this.#bound = bound;
    const seat = await this.#around.edge.seat({ token: authToken, room: bound.room }, this.#riderOf(bound));
    if (!seat.ok) return this.#isStill(bound) ? this.#refused(seat) : ok(null);
    if (!this.#isStill(bound)) {
      seat.value.leave();
      return ok(null);
    }
    bound.seat = seat.value;
    this.#around.attendance.came(this.#connection, bound.room, seat.value.person);
    return ok(null);
  }

  /** Sends as the session that sits here. A packet that names another room or another session is refused. [TC10] */
  async send(send: TcpSend, msgId: string | null, later: (refusal: Refusal) => void): Promise<Reply<Taken>> {
    const bound = this.#bound;
    if (bound === null) return fail("session", "op 6 comes first: a session and a room");
    if (send.roomId !== bound.roomId) return fail("badRequest", `this connection is bound to room ${bound.roomId}`);
    if (send.authToken !== null && send.authToken !== bound.token) {
      return fail("forbidden", "this connection is bound to another session: op 6 changes it");
    }
    const message = { id: msgId ?? randomUUID(), body: send.msg };
    return this.#around.courier.take({ token: bound.token, room: bound.room, message }, later);
  }

  /** Gives the seat back. Nothing reaches the receiver any more. */
  leave(): void {
    const bound = this.#bound;
    this.#bound = null;
    if (bound === null || bound.seat === null) return;
    this.#around.attendance.went(this.#connection);
    bound.seat.leave();
  }

  #refused(refusal: Refusal): Refusal {
    this.#bound = null;
    return refusal;
  }

  #isStill(bound: Bound): boolean {
    return this.#bound === bound;
  }

  /** What an earlier seat still hands out goes nowhere. */
  #riderOf(bound: Bound): Rider {
    const whileBound = (act: () => void) => {
      if (this.#isStill(bound)) act();
    };
    return {
      events: (run) => whileBound(() => this.#receiver.deliver(roomFrames(run))),
      told: (frame) => whileBound(() => this.#receiver.tell(toldFrames(frame))),
      direct: (messages) => whileBound(() => this.#receiver.deliver(directFrames(messages))),
      reset: () => whileBound(() => this.#receiver.missed()),
      ended: (refusal) => whileBound(() => this.#receiver.ended(refusal)),
    };
  }
}
