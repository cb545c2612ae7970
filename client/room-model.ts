import type { RoomEvent } from "../contracts/event.ts";
import type { ClientFrame, LogPosition, ServerFrame } from "../contracts/native.ts";

const EPOCH = "e1";
const ann = { id: 1, name: "ann" };

/** A room as the protocol describes it, small enough to be obviously right. For tests of the client. */
export class RoomModel {
  readonly log: RoomEvent[] = [];
  readonly #sent = new Map<string, number>();

  get head(): number {
    return this.log.length;
  }

  append(body: string): number {
    const seq = this.head + 1;
    this.log.push({ seq, kind: "message", from: ann, at: seq, messageNo: seq, body });
    return seq;
  }

  /** Commits once per id. [P3] */
  commit(id: string, body: string): { readonly seq: number; readonly duplicate: boolean } {
    const known = this.#sent.get(id);
    if (known !== undefined) return { seq: known, duplicate: true };
    const seq = this.append(body);
    this.#sent.set(id, seq);
    return { seq, duplicate: false };
  }
}

/** One connection to the model: frames wait in both directions until the test moves them. */
export class ModelConnection {
  readonly toClient: ServerFrame[] = [];
  readonly toRoom: ClientFrame[] = [];
  readonly #room: RoomModel;
  #seatSeq: number | null = null;

  constructor(room: RoomModel) {
    this.#room = room;
  }

  /** The room works off what the client sent. */
  serve(): void {
    for (const frame of this.toRoom.splice(0)) this.#serveOne(frame);
  }

  /** The room sends what the seat has not had, in one run. */
  flush(): void {
    if (this.#seatSeq === null) return;
    const events = this.#room.log.slice(this.#seatSeq);
    if (events.length > 0) this.toClient.push({ type: "events", after: this.#seatSeq, events });
    this.#seatSeq = this.#room.head;
  }

  /** A wake from hibernation: what was not acknowledged counts as unsent. */
  rewind(to: number): void {
    if (this.#seatSeq !== null) this.#seatSeq = Math.min(this.#seatSeq, to);
  }

  #serveOne(frame: ClientFrame): void {
    if (frame.type === "hello") this.#greet(frame.resume);
    if (frame.type !== "send") return;
    const { seq, duplicate } = this.#room.commit(frame.id, frame.body);
    this.toClient.push({ type: "ok", id: frame.id, seq, at: seq, ...(duplicate ? { duplicate: true } : {}) });
  }

  #greet(resume: LogPosition | undefined): void {
    const { head } = this.#room;
    if (this.#seatSeq === null) {
      const you = { ...ann, session: "s", read: 0, unread: 0 };
      const presence = { count: 1, users: [ann] };
      this.toClient.push({ type: "welcome", room: "r", epoch: EPOCH, seq: head, you, presence, window: 1_000 });
    }
    this.#seatSeq = resume?.seq ?? head;
    if (resume !== undefined) this.toClient.push({ type: "resumed", from: resume.seq + 1, to: head });
  }
}
