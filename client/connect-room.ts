import { type LogPosition, type PageQuery, PING, SUBPROTOCOL } from "../contracts/native.ts";
import { type BackOff, backOffMs, defaultBackOff } from "./back-off.ts";
import type { Effect, HistoryPage, Notice, Sent } from "./effect.ts";
import { encodeClientFrames, parseServerFrames } from "./frames.ts";
import { type Platform, type RoomSocket, standardPlatform } from "./platform.ts";
import { RoomError } from "./room-error.ts";
import { RoomSession } from "./room-session.ts";
import { Waiting } from "./waiting.ts";

export type RoomOptions = {
  /** Where the server is: http(s):// or ws(s):// and host, without a path. */
  readonly url: string;
  readonly room: string;
  readonly token: string;
  /** Events after this position are delivered; without it, those after the first welcome. */
  readonly from?: LogPosition;
  /** Events (each once, in order of seq), and what else the room tells. */
  readonly onNotice?: (notice: Notice) => void;
  /** The connection is over for good: the room forbids coming back, or close() was called. */
  readonly onOver?: (error: RoomError) => void;
  readonly backOff?: BackOff;
  readonly platform?: Partial<Platform>;
};

/** A stay in a room that survives its connections. */
export type RoomConnection = {
  /** The epoch and seq of the last event that was delivered. */
  readonly position: LogPosition | null;
  readonly phase: RoomSession["phase"];
  /** Sends until the room says where the message stands; resolves once it is on disk. The same id is never doubled. */
  send(body: string, extra?: { readonly id?: string; readonly replyTo?: number }): Promise<Sent>;
  history(query: PageQuery): Promise<HistoryPage>;
  typing(): void;
  read(seq: number): void;
  /** Leaves. Whatever waits for an answer is rejected with "closed". */
  close(): void;
};

/** Joins a room and stays: reconnects with jitter, resumes without a hole, resends what has no answer. */
export function connectRoom(options: RoomOptions): RoomConnection {
  return new Connection(options);
}

class Connection implements RoomConnection {
  readonly #options: RoomOptions;
  readonly #platform: Platform;
  readonly #session: RoomSession;
  readonly #sends = new Waiting<Sent>();
  readonly #pages = new Waiting<HistoryPage>();
  #socket: RoomSocket | null = null;
  #attempt = 0;
  #cancelDial = (): void => {};
  #cancelTick = (): void => {};
  #tickAtMs = Number.POSITIVE_INFINITY;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#platform = { ...standardPlatform, ...options.platform };
    this.#session = new RoomSession(options.from);
    this.#dial();
  }

  get position(): LogPosition | null {
    return this.#session.position;
  }

  get phase(): RoomSession["phase"] {
    return this.#session.phase;
  }

  send(body: string, extra: { readonly id?: string; readonly replyTo?: number } = {}): Promise<Sent> {
    if (this.phase === "over") return Promise.reject(new RoomError("closed", "the connection is over"));
    const { id = this.#platform.newId(), replyTo } = extra;
    const answer = this.#sends.wait(id);
    const frame = { type: "send", id, body, ...(replyTo === undefined ? {} : { replyTo }) } as const;
    this.#run(this.#session.send(frame, this.#platform.nowMs()));
    return answer;
  }

  history(query: PageQuery): Promise<HistoryPage> {
    if (this.phase === "over") return Promise.reject(new RoomError("closed", "the connection is over"));
    const req = this.#platform.newId();
    const answer = this.#pages.wait(req);
    this.#run(this.#session.ask(req, query));
    return answer;
  }

  typing(): void {
    this.#run(this.#session.pass({ type: "typing" }));
  }

  read(seq: number): void {
    this.#run(this.#session.pass({ type: "read", seq }));
  }

  close(): void {
    if (this.phase === "over") return;
    this.#session.over("unavailable");
    this.#end(new RoomError("closed", "the client closed the connection"));
  }

  #dial(): void {
    this.#session.dialled(this.#platform.nowMs());
    const protocols = [SUBPROTOCOL, `token.${this.#options.token}`];
    const socket = this.#platform.connect(toSocketUrl(this.#options), protocols);
    this.#socket = socket;
    // A socket that was dropped may still speak: only the current one is heard.
    const current = (act: () => void) => {
      if (this.#socket === socket) act();
    };
    socket.addEventListener("open", () => current(() => this.#run(this.#session.opened(this.#platform.nowMs()))));
    socket.addEventListener("message", ({ data }) => current(() => this.#hear(String(data))));
    socket.addEventListener("close", ({ code }) => current(() => this.#leave(code ?? 1006)));
    socket.addEventListener("error", () => {}); // a close follows
    this.#schedule();
  }

  #hear(text: string): void {
    const frames = text.startsWith("[") || text.startsWith("{") ? parseServerFrames(text) : null;
    if (frames === null) this.#session.heard();
    else if (!frames.ok) this.#run([{ type: "drop", reason: frames.message }]);
    else this.#run(this.#session.received(frames.value, utf8Bytes(text), this.#platform.nowMs()));
    this.#schedule();
  }

  #leave(code: number, withinMs?: number): void {
    this.#socket = null;
    this.#run(this.#session.closed(code));
    if (this.phase === "over") return;
    const { backOff = defaultBackOff } = this.#options;
    const { random, after } = this.#platform;
    const waitMs = withinMs === undefined ? backOffMs(this.#attempt++, random, backOff) : random() * withinMs;
    this.#cancelDial = after(waitMs, () => this.#dial());
  }

  #run(effects: readonly Effect[]): void {
    for (const effect of effects) this.#do(effect);
    this.#schedule();
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case "transmit":
        for (const text of encodeClientFrames(effect.frames)) this.#socket?.send(text);
        return;
      case "ping":
        this.#socket?.send(PING);
        return;
      case "notice":
        if (effect.notice.type === "welcome") this.#attempt = 0;
        this.#options.onNotice?.(effect.notice);
        return;
      case "sent":
        this.#sends.resolve(effect.id, effect.sent);
        return;
      case "page":
        this.#pages.resolve(String(effect.page.req), effect.page);
        return;
      case "refused":
        this.#refuse(effect.id, new RoomError(effect.failure, effect.message));
        return;
      case "drop":
        this.#drop(effect.reason, effect.withinMs);
        return;
      case "over":
        this.#end(new RoomError(effect.failure, effect.message));
    }
  }

  #refuse(id: string, error: RoomError): void {
    this.#sends.reject(id, error);
    this.#pages.reject(id, error);
  }

  #drop(reason: string, withinMs?: number): void {
    const socket = this.#socket;
    this.#leave(1006, withinMs);
    socket?.close(1000, reason);
  }

  #end(error: RoomError): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#cancelDial();
    this.#cancelTick();
    this.#sends.rejectAll(error);
    this.#pages.rejectAll(error);
    socket?.close(1000);
    this.#options.onOver?.(error);
  }

  #schedule(): void {
    const dueAtMs = this.#session.dueAtMs;
    if (dueAtMs === this.#tickAtMs) return;
    this.#cancelTick();
    this.#tickAtMs = dueAtMs;
    if (dueAtMs === Number.POSITIVE_INFINITY) return;
    this.#cancelTick = this.#platform.after(Math.max(0, dueAtMs - this.#platform.nowMs()), () => {
      this.#tickAtMs = Number.POSITIVE_INFINITY;
      this.#run(this.#session.tick(this.#platform.nowMs()));
    });
  }
}

function toSocketUrl({ url, room }: RoomOptions): string {
  return `${url.replace(/^http/, "ws").replace(/\/$/, "")}/api/v1/rooms/${encodeURIComponent(room)}/socket`;
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
