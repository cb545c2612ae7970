const SUBPROTOCOL = "edgechat.v1";
const PING_MS = 25_000;
const ACK_MS = 1_000;
const BACK_OFF_MS_MIN = 500;
const BACK_OFF_MS_MAX = 30_000;
const PAGE = 50;

/**
 * One room over the native WebSocket. It comes back after every loss with full jitter, resumes after the last seq it
 * saw, and sends again, under the same id, what was never acknowledged. It ends for good with leave(), or when the
 * server closes with 4500-4999.
 *
 * @typedef {{ seq: number, kind: string, from: { id: number, name: string }, at: number, body?: string }} RoomEvent
 * @typedef {{
 *   state(text: string): void, welcome(): void, events(events: RoomEvent[]): void, count(count: number): void,
 *   older(events: RoomEvent[], more: boolean): void, gap(): void, cleared(): void,
 *   settled(id: string, seq: number): void, refused(id: string | undefined, message: string): void,
 *   ended(code: number, reason: string): void,
 * }} RoomView
 */
export class RoomSocket {
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {{ epoch: string, seq: number } | null} */ #position = null;
  /** @type {Map<string, string>} */ #unsettled = new Map();
  #first = 0;
  #left = false;
  #losses = 0;
  #afterMs = 0;
  #acked = 0;
  #bytes = 0;
  #window = Number.POSITIVE_INFINITY;
  /** @type {number[]} */ #timers = [];

  /**
   * @param {string} room
   * @param {string} token
   * @param {RoomView} view
   */
  constructor(room, token, view) {
    this.room = room;
    this.token = token;
    this.view = view;
    this.#connect();
  }

  /** Sends a message; the view hears `settled` or `refused` with the id that this answers. */
  send(/** @type {string} */ body) {
    const id = randomId();
    this.#unsettled.set(id, body);
    this.#tell({ type: "send", id, body });
    return id;
  }

  /** Asks for the page before the oldest event that was shown. */
  older() {
    this.#tell({ type: "history", req: "older", before: this.#first, limit: PAGE });
  }

  /** Leaves the room for good. */
  leave() {
    this.#left = true;
    this.#stopTimers();
    this.#socket?.close(1000);
  }

  #connect() {
    const url = new URL(`/api/v1/rooms/${encodeURIComponent(this.room)}/socket`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.view.state("connecting …");
    const socket = new WebSocket(url, [SUBPROTOCOL, `token.${this.token}`]);
    this.#socket = socket;
    socket.onopen = () => {
      this.#tell({ type: "hello", ...(this.#position === null ? {} : { resume: this.#position }) });
      this.#timers = [setInterval(() => this.#say("ping"), PING_MS), setInterval(() => this.#acknowledge(), ACK_MS)];
    };
    socket.onmessage = ({ data }) => {
      if (data === "pong" || socket !== this.#socket) return;
      this.#bytes += data.length;
      for (const frame of JSON.parse(data)) this.#take(frame);
      if (this.#bytes > this.#window / 2) this.#acknowledge();
    };
    socket.onclose = ({ code, reason }) => this.#lost(code, reason);
  }

  #lost(/** @type {number} */ code, /** @type {string} */ reason) {
    this.#stopTimers();
    if (this.#left) return;
    if (code >= 4500 && code < 5000) {
      this.#left = true;
      this.view.ended(code, reason);
      return;
    }
    const most = this.#afterMs || Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS_MIN * 2 ** this.#losses++);
    this.#afterMs = 0;
    this.view.state("connection lost, trying again …");
    this.#timers = [setTimeout(() => this.#connect(), Math.random() * most)];
  }

  #take(/** @type {any} */ frame) {
    const handlers = {
      welcome: () => this.#welcome(frame),
      reset: () => this.#restart(frame.epoch, frame.seq),
      truncated: () => this.#skipTo(frame.to),
      events: () => this.#append(frame.after, frame.events),
      history: () => this.#page(frame),
      // The room goes on from its log as soon as it knows what was read.
      lagging: () => this.#acknowledge(),
      presence: () => this.view.count(frame.count),
      ok: () => this.#settle(frame.id, frame.seq),
      refused: () => this.#refuse(frame),
      reconnect: () => this.#reconnect(frame.afterMs),
    };
    // Kinds of frames are only ever added: what is unknown is skipped.
    if (Object.hasOwn(handlers, frame.type)) handlers[/** @type {keyof typeof handlers} */ (frame.type)]();
  }

  #welcome(/** @type {any} */ { epoch, seq, presence, window }) {
    this.#losses = 0;
    this.#window = window;
    this.view.count(presence.count);
    this.view.state("");
    if (this.#position === null) this.#restart(epoch, seq);
    this.view.welcome();
    for (const [id, body] of this.#unsettled) this.#tell({ type: "send", id, body });
  }

  #restart(/** @type {string} */ epoch, /** @type {number} */ seq) {
    this.#position = { epoch, seq };
    this.#first = seq + 1;
    this.view.cleared();
    this.older();
  }

  #skipTo(/** @type {number} */ seq) {
    if (this.#position === null) return;
    this.#position.seq = seq;
    this.view.gap();
  }

  #append(/** @type {number} */ after, /** @type {RoomEvent[]} */ events) {
    if (this.#position === null) return;
    const { seq } = this.#position;
    // A hole: the runtime may drop frames to a reader that stalled. The log has them.
    if (after > seq) return this.#reconnect(0);
    const unseen = events.filter((event) => event.seq > seq);
    if (unseen.length === 0) return;
    this.#position.seq = unseen.at(-1)?.seq ?? seq;
    this.view.events(unseen);
  }

  #page(/** @type {any} */ { events, more }) {
    this.#first = events[0]?.seq ?? this.#first;
    this.view.older(events, more);
  }

  #settle(/** @type {string} */ id, /** @type {number} */ seq) {
    this.#unsettled.delete(id);
    this.view.settled(id, seq);
  }

  #refuse(/** @type {any} */ { id, message }) {
    if (id !== undefined) this.#unsettled.delete(id);
    this.view.refused(id, message);
  }

  #reconnect(/** @type {number} */ afterMs) {
    this.#afterMs = afterMs;
    this.#socket?.close(4000);
  }

  #acknowledge() {
    const seq = this.#position?.seq ?? 0;
    this.#bytes = 0;
    if (seq === this.#acked) return;
    this.#acked = seq;
    this.#tell({ type: "ack", seq });
  }

  #tell(/** @type {object} */ frame) {
    this.#say(JSON.stringify([frame]));
  }

  #say(/** @type {string} */ text) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  #stopTimers() {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }
}

// randomUUID exists in secure contexts only; a server in the local network is often plain http.
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
