import exec from "k6/execution";
import { clearTimeout, setTimeout } from "k6/timers";
import { type MessageEvent, WebSocket } from "k6/websockets";
import { Watcher } from "../checker/watcher.ts";
import type { Moment } from "../model/steps.ts";
import { isSteady, moment, momentOf } from "./clock.ts";
import { isDrained } from "./drain.ts";
import { observe } from "./observe.ts";
import { readRefusal } from "./refusal.ts";
import { recordBreak, recordConnect, recordRefusal, tagsOf } from "./steady.ts";
import { target } from "./target.ts";
import type { LoadUser } from "./users.ts";

/** Who sits where, and until when. */
export type Sitting = { readonly user: LoadUser; readonly room: number; readonly untilMs: number };

/** An upgrade that takes longer has failed. */
const CONNECT_MS_MAX = 10_000;
/** A session that was open for so long and got no frame has no seat: op 5 settles within a second of a join. */
const SEAT_MS_MAX = 5_000;
/** Between two looks at whether everything has come that was sent while the session lasted. */
const LOOK_EVERY_MS = 50;
/** After a session that failed, before the next one. */
const BACK_OFF_MS = 1_000;
let sittings = 0;

/**
 * One session of gochat's socket: it connects, names its session and room, and from the first frame on, which says that
 * it is seated, checks every message of the room and to its user until its time is over and
 * the room has brought everything from before that. Then it reports and leaves.
 */
export class GochatSocket {
  readonly #sitting: Sitting;
  readonly #ended: () => void;
  readonly #socket: WebSocket;
  readonly #began: Moment = moment();
  readonly #beganMs = Date.now();
  #timer: number;
  #state: "connecting" | "open" | "over" = "connecting";
  #watcher: Watcher | null = null;
  #firstStep = 0;

  /** Begins a session. `ended` is called once, when it has reported; after a failure a while later, so that nobody storms. */
  static open(sitting: Sitting, ended: () => void): GochatSocket {
    return new GochatSocket(sitting, ended);
  }

  private constructor(sitting: Sitting, ended: () => void) {
    this.#sitting = sitting;
    this.#ended = ended;
    this.#socket = new WebSocket(target.wsUrl, null, { tags: tagsOf("ws", this.#began) });
    this.#timer = setTimeout(() => this.#refused("timeout"), CONNECT_MS_MAX);
    this.#socket.addEventListener("open", () => this.#open());
    // k6's types do not tell a message's event from an error's by its name.
    this.#socket.addEventListener("message", (event) => this.#see((event as MessageEvent).data));
    this.#socket.addEventListener("error", () => this.#broke());
    this.#socket.addEventListener("close", () => this.#broke());
  }

  #open(): void {
    if (this.#state !== "connecting") return;
    this.#state = "open";
    recordConnect(Date.now() - this.#beganMs, this.#began);
    clearTimeout(this.#timer);
    const { user, room, untilMs } = this.#sitting;
    this.#timer = setTimeout(() => this.#leave(), Math.max(0, untilMs - Date.now()));
    this.#socket.send(JSON.stringify({ authToken: user.token, roomId: room }));
  }

  #see(frame: MessageEvent["data"]): void {
    if (this.#state !== "open" || typeof frame !== "string") return;
    const nowMs = Date.now();
    // Within this very millisecond something may have been sent before the seat stood.
    this.#watcher ??= this.#sit(nowMs + 1);
    this.#watcher.see(frame, nowMs);
  }

  #sit(fromMs: number): Watcher {
    const { user, room } = this.#sitting;
    const subscriber = `s${exec.vu.idInTest}-${++sittings}`;
    this.#firstStep = momentOf(fromMs).step.step;
    observe({ type: "seated", step: this.#firstStep, subscriber });
    return new Watcher({
      ...{ run: target.run, subscriber, fromMs, isSteady },
      channels: [`r${room}`, `u${user.userId}`],
    });
  }

  #leave(): void {
    const nowMs = Date.now();
    if (this.#watcher !== null && !isDrained(this.#watcher, this.#sitting.untilMs, nowMs)) {
      this.#timer = setTimeout(() => this.#leave(), LOOK_EVERY_MS);
      return;
    }
    if (this.#watcher === null && nowMs - this.#beganMs >= SEAT_MS_MAX) this.#seatless();
    this.#end();
    this.#ended();
    this.#socket.close();
  }

  #broke(): void {
    if (this.#state === "connecting") this.#refused("refusal");
    if (this.#state !== "open") return;
    recordBreak();
    this.#end();
    setTimeout(this.#ended, BACK_OFF_MS);
  }

  #refused(why: "timeout" | "refusal"): void {
    const isTimeout = why === "timeout";
    recordRefusal({ isTimeout, status: isTimeout ? 0 : readRefusal(target.wsUrl) }, this.#began);
    this.#end();
    setTimeout(this.#ended, BACK_OFF_MS);
    if (isTimeout) this.#socket.close();
  }

  #seatless(): void {
    const failure = `a socket of room ${this.#sitting.room} was open for ${SEAT_MS_MAX} ms and got no frame`;
    observe({ type: "extra", step: moment().step.step, name: "failures", unit: "", value: 1, failure });
  }

  #end(): void {
    this.#state = "over";
    clearTimeout(this.#timer);
    const toMs = Math.min(Date.now(), this.#sitting.untilMs);
    const lastStep = momentOf(toMs).step.step;
    this.#watcher?.report(this.#firstStep, lastStep, toMs).forEach(observe);
  }
}
