import { clearTimeout, setTimeout } from "k6/timers";
import { mayRetry } from "../../contracts/failures.ts";
import type { ServerFrame } from "../../contracts/native.ts";
import { Publisher } from "../checker/publisher.ts";
import { Watcher } from "../checker/watcher.ts";
import type { Observation } from "../model/observation.ts";
import type { Found } from "../model/stamp.ts";
import { isSteady } from "./clock.ts";
import type { EventsReader } from "./native-frames.ts";
import { NativeSocket } from "./native-socket.ts";
import { observe } from "./observe.ts";
import { Pacer } from "./pacer.ts";
import { messageBytes } from "./settings.ts";
import { target } from "./target.ts";

/** Somebody in a room: always a subscriber, and with a rate above 0 a publisher too. */
export type MemberPlan = {
  readonly room: string;
  /** Its own in the run, also as a publisher. */
  readonly name: string;
  readonly token: string;
  readonly perSecond: number;
  /** What is not events and no answer. */
  readonly told?: (frame: ServerFrame, nowMs: number) => void;
};

/** Sends that wait past this are a connection that is down for long: the open loop goes on without keeping more. */
const WAITING_MAX = 2_000;

/** A plan in one step: its socket, what it watches and what it publishes. */
export class Member {
  readonly #plan: MemberPlan;
  readonly #step: number;
  readonly #socket: NativeSocket;
  readonly #publisher: Publisher;
  readonly #failures: string[] = [];
  #watcher: Watcher | null = null;
  #sendTimer = 0;
  #seenAtMs = 0;
  #isOver = false;

  constructor(plan: MemberPlan, step: number, reader: EventsReader) {
    this.#plan = plan;
    this.#step = step;
    const { room: channel, name: publisher } = plan;
    this.#publisher = new Publisher({ run: target.run, step, channel, publisher, bytes: messageBytes });
    this.#socket = new NativeSocket(plan, reader, {
      seen: (stamps, nowMs) => this.#see(stamps, nowMs),
      acked: (id, seq, nowMs) => this.#publisher.acked(numberOf(id), nowMs, seq),
      refused: (_id, failure, message) => {
        // What may be tried again is overload: it counts as sent and not acknowledged.
        if (!mayRetry(failure)) this.#fail(`${publisher} was refused: ${failure}, ${message}`);
      },
      told: (frame, nowMs) => this.#told(frame, nowMs),
      over: (code) => {
        this.#isOver = true;
        this.#fail(`${publisher} was sent away with close code ${code}`);
      },
    });
  }

  get isSeated(): boolean {
    return this.#watcher !== null;
  }

  /** Whether it has what the room had when it came, or will never have it. */
  get isCurrent(): boolean {
    return this.#isOver || this.#socket.session.isCurrent;
  }

  /** Whether nothing of it is under way. */
  get isSettled(): boolean {
    return this.#isOver || (this.isCurrent && this.#socket.session.waiting === 0);
  }

  /** When the last message of its step came. */
  get seenAtMs(): number {
    return this.#seenAtMs;
  }

  join(): void {
    this.#socket.dial();
  }

  tick(nowMs: number): void {
    this.#socket.session.tick(nowMs);
  }

  cut(): void {
    this.#socket.cut();
  }

  /** Ends the publishing; what is under way is still answered. */
  hush(): void {
    clearTimeout(this.#sendTimer);
    this.#sendTimer = -1;
  }

  leave(): void {
    this.hush();
    this.#socket.close();
  }

  /** What it saw and sent, to be called before it leaves. */
  report(toMs: number): readonly Observation[] {
    const { name } = this.#plan;
    const failures = this.#watcher === null ? [...this.#failures, `${name} got no seat`] : this.#failures;
    const published = this.#publisher.report();
    return [
      ...(published === null ? [] : [published]),
      ...(this.#watcher?.report(this.#step, this.#step, toMs) ?? []),
      ...failures.map((failure) => failed(this.#step, failure)),
    ];
  }

  #see(stamps: readonly Found[], nowMs: number): void {
    this.#watcher?.seeAll(stamps, nowMs);
    if (stamps.some(({ step }) => step === this.#step)) this.#seenAtMs = nowMs;
  }

  #told(frame: ServerFrame, nowMs: number): void {
    if (frame.type === "welcome" && this.#watcher === null) this.#seated(nowMs);
    this.#plan.told?.(frame, nowMs);
  }

  #seated(nowMs: number): void {
    const { room, name, perSecond } = this.#plan;
    // Within this very millisecond something may have been sent before the seat stood.
    this.#watcher = new Watcher({
      run: target.run,
      subscriber: name,
      channels: [room],
      fromMs: nowMs + 1,
      isSteady,
    });
    observe({ type: "seated", step: this.#step, subscriber: name });
    if (perSecond > 0 && this.#sendTimer === 0) this.#schedule(new Pacer(perSecond, nowMs, Math.random));
  }

  #schedule(pacer: Pacer): void {
    this.#sendTimer = setTimeout(
      () => {
        const nowMs = Date.now();
        for (let due = pacer.takeDue(nowMs); due > 0; due--) this.#publish(nowMs);
        this.#schedule(pacer);
      },
      Math.max(1, pacer.nextAtMs - Date.now()),
    );
  }

  #publish(nowMs: number): void {
    if (this.#isOver || this.#socket.session.waiting >= WAITING_MAX) return;
    const { number, text } = this.#publisher.next(nowMs);
    this.#socket.session.send(`${target.run}.${this.#step}.${this.#plan.name}.${number}`, text);
  }

  #fail(failure: string): void {
    if (!this.#failures.includes(failure)) this.#failures.push(failure);
  }
}

/** A failure of a scenario: its step fails with this reason. */
export function failed(step: number, failure: string): Observation {
  return { type: "extra", step, name: "failures", unit: "", value: 1, failure };
}

function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf(".") + 1));
}

/** Plans of so many members, from the number of each. */
export function subscribers(count: number, toPlan: (i: number) => MemberPlan): readonly MemberPlan[] {
  return Array.from({ length: count }, (_, i) => toPlan(i));
}
