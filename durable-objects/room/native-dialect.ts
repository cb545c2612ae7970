import { limits } from "../../contracts/limits.ts";
import {
  type BadFrame,
  type ChangeFrame,
  type ClientFrame,
  type LogPosition,
  parseClientFrames,
  type ServerFrame,
} from "../../contracts/native.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import { toAnswer, toRefused } from "./answer-frames.ts";
import type { Audience } from "./audience.ts";
import type { EventLog } from "./event-log.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { ReadMarks } from "./read-marks.ts";
import type { Seat } from "./seat.ts";
import type { Sends } from "./sends.ts";
import type { LiveMarks } from "./talk/live-marks.ts";

type Parts = {
  readonly room: string;
  readonly log: EventLog;
  readonly audience: Audience;
  readonly sends: Sends;
  readonly marks: ReadMarks;
  readonly liveMarks: LiveMarks;
  readonly typingRate: RateLimit;
  readonly pageRate: RateLimit;
  readonly visibleFrom: (userId: number, seatedFrom: number) => number;
};
type FrameOf<Type extends ClientFrame["type"]> = Extract<ClientFrame, { readonly type: Type }>;

/** What a room does with the frames of a native client. */
export class NativeDialect {
  readonly #parts: Parts;
  /** Answers to sends that were committed together leave in one frame a seat. */
  readonly #answers = new Map<Seat, ServerFrame[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reads one WebSocket text frame of a seat. Frames of one seat take effect in the order of their arrival. */
  receive(seat: Seat, text: string): void | Promise<void> {
    if (seat.turn !== null)
      return this.#wait(
        seat,
        seat.turn.then(() => this.#receive(seat, text)),
      );
    const work = this.#receive(seat, text);
    if (work !== undefined) return this.#wait(seat, work);
  }

  async #wait(seat: Seat, work: Promise<void>): Promise<void> {
    seat.turn = work;
    await work.finally(() => {
      if (seat.turn === work) seat.turn = null;
    });
  }

  #receive(seat: Seat, text: string): void | Promise<void> {
    const frames = parseClientFrames(text);
    if (!frames.ok) return this.#answer(seat, [toRefused(frames)]);
    return this.#takeAll(seat, frames.value);
  }

  /** Stays synchronous as long as the frames do: only a hello may have to ask a carrier who is there. */
  #takeAll(seat: Seat, frames: readonly (ClientFrame | BadFrame)[]): void | Promise<void> {
    for (const [i, frame] of frames.entries()) {
      const work = this.#take(seat, frame);
      if (work !== undefined) return work.then(() => this.#takeAll(seat, frames.slice(i + 1)));
    }
  }

  /** Sends out what commits have answered since the last call. */
  flushAnswers(): void {
    for (const [seat, frames] of this.#answers) this.#answer(seat, frames);
    this.#answers.clear();
  }

  #take(seat: Seat, frame: ClientFrame | BadFrame): void | Promise<void> {
    if (frame.type === "bad") return this.#answer(seat, [toRefused(frame.refusal, frame.id)]);
    if (frame.type === "hello") return this.#hello(seat, frame);
    if (!seat.seated) return this.#answer(seat, [toRefused(fail("badRequest", "the first frame is hello"))]);
    switch (frame.type) {
      case "send":
        return this.#send(seat, frame);
      case "ack":
        return this.#ack(seat, frame);
      case "read":
        return void this.#parts.liveMarks.read(seat.person.id, frame.seq);
      case "typing":
        return this.#typing(seat);
      case "history":
        return this.#history(seat, frame);
      case "edit":
      case "delete":
      case "react":
      case "pin":
        return this.#change(seat, frame);
    }
  }

  /** The first one seats the client; a later one starts it over from where it says it is. [NW2] */
  #hello(seat: Seat, { resume }: FrameOf<"hello">): void | Promise<void> {
    if (!seat.seated) return this.#firstHello(seat, resume);
    const { seats } = this.#parts.audience;
    const refusal = this.#refusePage(seat);
    if (refusal !== null) return this.#answer(seat, [toRefused(refusal)]);
    const started = seats.start(seat, resume, this.#visibleFrom(seat));
    this.#answer(seat, resume === undefined ? [this.#welcome(seat)] : started);
    seats.catchUp(seat);
  }

  async #firstHello(seat: Seat, resume: LogPosition | undefined): Promise<void> {
    const { audience, log } = this.#parts;
    await audience.present();
    if (audience.seats.of(seat.socket) !== seat || seat.seated) return;
    seat.seatedFrom = log.head + 1;
    const started = audience.seats.start(seat, resume, this.#visibleFrom(seat));
    audience.joined(seat);
    this.#answer(seat, [this.#welcome(seat), ...started]);
    audience.seats.catchUp(seat);
  }

  #welcome(seat: Seat): ServerFrame {
    const { audience, room, log, marks } = this.#parts;
    const { seq: read, unread } = marks.of(seat.person.id);
    return {
      type: "welcome",
      room,
      epoch: log.epoch,
      seq: Math.max(audience.seats.flushed, seat.position),
      you: { ...seat.person, session: seat.sessionId, read, unread },
      presence: { count: audience.presence.count, users: audience.presence.some(limits.PRESENCE_NAMES_MAX) },
      window: audience.seats.window,
    };
  }

  #send(seat: Seat, { id, body, replyTo }: FrameOf<"send">): void {
    this.#parts.sends.offer({
      from: seat.person,
      sessionId: seat.sessionId,
      seatedFrom: seat.seatedFrom,
      message: replyTo === undefined ? { id, body } : { id, body, replyTo },
      settle: (reply) => this.#collect(seat, toAnswer(id, reply)),
    });
  }

  #change(seat: Seat, change: ChangeFrame): void {
    this.#parts.sends.offer({
      from: seat.person,
      sessionId: seat.sessionId,
      seatedFrom: seat.seatedFrom,
      change,
      settle: (reply) => this.#collect(seat, toAnswer(change.id, reply)),
    });
  }

  #ack(seat: Seat, { seq }: FrameOf<"ack">): void {
    const { audience, log, liveMarks } = this.#parts;
    if (seq > log.head) {
      this.#answer(seat, [toRefused(fail("badRequest", "ack names a seq past the head"))]);
    } else {
      seat.ack(seq);
      audience.seats.catchUp(seat);
      liveMarks.delivered(seat.person.id, seq);
    }
  }

  #typing(seat: Seat): void {
    const { sends, typingRate, audience } = this.#parts;
    if (sends.pressed || typingRate.take(seat.person.id, Date.now()) > 0) return;
    audience.typing(seat.person);
  }

  #history(seat: Seat, { req, query }: FrameOf<"history">): void {
    const refusal = this.#refusePage(seat);
    if (refusal === null) {
      const { after, events, more } = this.#parts.log.page(query, this.#visibleFrom(seat));
      this.#answer(seat, [{ type: "history", req, after, events, more }]);
    } else {
      this.#answer(seat, [{ ...toRefused(refusal), req }]);
    }
  }

  #visibleFrom({ person, seatedFrom }: Seat): number {
    return this.#parts.visibleFrom(person.id, seatedFrom);
  }

  /** A frame of 50 bytes asks for up to 1 MiB outside of the credit, or starts it over: hence a rate. [LM4] */
  #refusePage(seat: Seat): Refusal | null {
    const waitMs = this.#parts.pageRate.take(seat.person.id, Date.now());
    return waitMs === 0 ? null : fail("rateLimited", "too many pages: wait before you read on", waitMs);
  }

  #collect(seat: Seat, frame: ServerFrame): void {
    const frames = this.#answers.get(seat);
    if (frames === undefined) this.#answers.set(seat, [frame]);
    else frames.push(frame);
    if (frame.type === "refused") this.flushAnswers();
  }

  #answer(seat: Seat, frames: readonly ServerFrame[]): void {
    const { seats } = this.#parts.audience;
    if (frames.length > 0 && seats.of(seat.socket) === seat) seats.send(seat, frames);
  }
}
