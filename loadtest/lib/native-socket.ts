import { clearTimeout, setTimeout } from "k6/timers";
import { WebSocket } from "k6/websockets";
import { type ConnectLog, steadyConnects } from "./connect-log.ts";
import type { EventsReader } from "./native-frames.ts";
import { NativeSession, type SessionPorts } from "./native-session.ts";
import { target } from "./target.ts";

/** Whose socket it is, in which room. */
export type Seat = { readonly room: string; readonly token: string };
export type SocketPorts = Omit<SessionPorts, "transmit" | "drop"> & {
  /** The room forbids coming back. */
  readonly over: (code: number) => void;
};

/** client/back-off.ts has the same: anything between 0 and a bound that doubles. */
const BACK_OFF_MS = 250;
const BACK_OFF_MS_MAX = 15_000;
const FORBIDDING = 4_500;
/** k6 gives its sockets no constants (2.2.0). */
const OPEN = 1;

/** A stay in a room that dials again, with jitter, until it is closed or the room forbids it. */
export class NativeSocket {
  readonly session: NativeSession;
  readonly #seat: Seat;
  readonly #ports: SocketPorts;
  readonly #connects: ConnectLog;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #dialTimer = 0;
  #isOver = false;

  constructor(seat: Seat, reader: EventsReader, ports: SocketPorts, connects: ConnectLog = steadyConnects) {
    this.#connects = connects;
    this.#seat = seat;
    this.#ports = ports;
    this.session = new NativeSession(reader, {
      ...ports,
      transmit: (text) => this.#transmit(text),
      drop: (_reason, withinMs) => this.#drop(withinMs),
    });
  }

  /** Opens the first connection. */
  dial(): void {
    const dial = this.#connects.dialled();
    const url = `${target.url.replace(/^http/, "ws")}/api/v1/rooms/${this.#seat.room}/socket`;
    const headers = { "Sec-WebSocket-Protocol": `edgechat.v1, token.${this.#seat.token}` };
    const socket = new WebSocket(url, null, { headers, tags: { name: "room socket" } });
    this.#socket = socket;
    let isOpen = false;
    let error = "";
    socket.onopen = () => {
      isOpen = true;
      dial.opened();
      if (this.#socket === socket) this.session.opened(Date.now());
    };
    socket.onmessage = (event) => {
      if (this.#socket === socket && typeof event?.data === "string") this.#receive(event.data);
    };
    socket.onerror = (event) => {
      error = event?.error ?? "";
    };
    socket.onclose = (event?: { readonly code?: number }) => {
      if (!isOpen) dial.refused(error);
      if (this.#socket !== socket) return;
      if (isOpen) this.#connects.broken();
      this.#leave(event?.code ?? 1_006);
    };
  }

  /** Cuts the connection; it comes back and resumes by itself. */
  cut(): void {
    this.#drop();
  }

  /** Leaves for good. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#dialTimer);
    const socket = this.#socket;
    this.#socket = null;
    this.session.closed();
    socket?.close(1_000);
  }

  #receive(text: string): void {
    this.session.receive(text, Date.now());
    if (this.session.isOnline) this.#attempt = 0;
  }

  #transmit(text: string): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(text);
  }

  #drop(withinMs?: number): void {
    const socket = this.#socket;
    this.#leave(1_006, withinMs);
    socket?.close(1_000);
  }

  #leave(code: number, withinMs = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** this.#attempt++)): void {
    this.#socket = null;
    this.session.closed();
    if (this.#isOver) return;
    if (code >= FORBIDDING && code < 5_000) {
      this.#isOver = true;
      this.#ports.over(code);
      return;
    }
    clearTimeout(this.#dialTimer);
    this.#dialTimer = setTimeout(() => this.dial(), Math.random() * withinMs);
  }
}
