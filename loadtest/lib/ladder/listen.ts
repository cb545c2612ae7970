import { Watcher } from "../../checker/watcher.ts";
import { takeStamps } from "../../model/stamp.ts";
import { observe } from "../observe.ts";
import { target } from "../target.ts";
import type { Member } from "./log-in.ts";
import { settings } from "./settings.ts";
import type { LadderTransport, Subscription } from "./transport.ts";

/** A member who hears the room and checks what comes. */
export class Listener {
  readonly #subscription: Subscription | null;
  readonly #watcher: Watcher;

  /** `isSteady` says whether a moment lies in the time of speaking. */
  constructor({ name, auth }: Member, transport: LadderTransport, isSteady: (atMs: number) => boolean) {
    const { roomName } = settings;
    this.#watcher = new Watcher({
      run: target.run,
      subscriber: name,
      channels: [roomName],
      fromMs: Date.now(),
      isSteady: (_, atMs) => isSteady(atMs),
    });
    // From the log's beginning: k6 does not tell when a stream stands, and so it does not matter.
    const request = { auth, room_name: roomName, person_name: name, after_seq: 0 };
    this.#subscription = transport.subscribe(request, (message) => this.#hear(message), cutShort);
  }

  /** Ends it and writes down what was heard. */
  end(): void {
    if (this.#subscription === null) return;
    this.#subscription.end();
    for (const line of this.#watcher.report(1, 1, Date.now())) observe(line);
  }

  #hear({ text, serverSeq }: Readonly<Record<string, unknown>>): void {
    const seq = Number(serverSeq);
    const stamps = takeStamps(String(text), target.run).map((stamp) => ({ ...stamp, seq }));
    this.#watcher.seeAll(stamps, Date.now());
  }
}

function cutShort(why: string): void {
  observe({ type: "extra", step: 1, name: "streams cut", unit: "", value: 1, failure: `a Subscribe ended: ${why}` });
}
