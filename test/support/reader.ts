import WebSocket from "ws";
import { connectRoom, type RoomConnection } from "../../client/connect-room.ts";
import type { Notice } from "../../client/effect.ts";
import type { RoomError } from "../../client/room-error.ts";
import type { RoomEvent } from "../../contracts/event.ts";

type Options = {
  readonly url: string;
  readonly token: string;
  readonly room: string;
  readonly from?: { readonly epoch: string; readonly seq: number };
  /** Whether bodies are kept; thousands of readers keep only the numbers. */
  readonly light?: boolean;
};

/** Somebody in a room through the client library, over a socket that the test can stall and cut. */
export class Reader {
  readonly seqs: number[] = [];
  readonly events: RoomEvent[] = [];
  readonly notices: Exclude<Notice["type"], "events">[] = [];
  readonly room: RoomConnection;
  over: RoomError | undefined;
  #socket: WebSocket | undefined;
  #dials = 0;

  constructor({ light = false, ...options }: Options) {
    this.room = connectRoom({
      ...options,
      backOff: { baseMs: 500, capMs: 4_000 },
      onNotice: (notice) => this.#hear(notice, light),
      onOver: (error) => {
        this.over = error;
      },
      platform: { connect: (url, protocols) => this.#connect(url, protocols) },
    });
  }

  /** How often it connected, the first time included. */
  get dials(): number {
    return this.#dials;
  }

  /** The last seq that the app got. */
  get seq(): number {
    return this.room.position?.seq ?? -1;
  }

  /** Stops reading from the network. */
  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** Cuts the connection without a word; the client comes back by itself. */
  cut(): void {
    this.#socket?.terminate();
  }

  #connect(url: string, protocols: string[]): WebSocket {
    this.#dials++;
    this.#socket = new WebSocket(url, protocols, { perMessageDeflate: false });
    return this.#socket;
  }

  #hear(notice: Notice, light: boolean): void {
    if (notice.type !== "events") {
      this.notices.push(notice.type);
      return;
    }
    for (const event of notice.events) {
      this.seqs.push(event.seq);
      if (!light) this.events.push(event);
    }
  }
}

/** 1, 2, 3 … `last`, or from another first number. */
export function range(last: number, first = 1): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
