import type { RoomEvent } from "../contracts/event.ts";
import type { FailureName } from "../contracts/failures.ts";
import type { ClientFrame, ServerFrame } from "../contracts/native.ts";

/** Where a send stands: committed to the room's log. [P1] */
export type Sent = { readonly seq: number; readonly at: number; readonly duplicate: boolean };
export type HistoryPage = Extract<ServerFrame, { type: "history" }>;
export type Welcome = Extract<ServerFrame, { type: "welcome" }>;

/** News for the app that has nothing to do with its own questions. */
export type Notice =
  | Welcome
  | Extract<ServerFrame, { type: "resumed" | "truncated" | "reset" | "presence" | "typing" | "lagging" }>
  | { readonly type: "events"; readonly events: readonly RoomEvent[] };

/** What a session asks its driver to do. Nothing here knows a socket or a clock. */
export type Effect =
  | { readonly type: "transmit"; readonly frames: readonly ClientFrame[] }
  | { readonly type: "ping" }
  | { readonly type: "notice"; readonly notice: Notice }
  | { readonly type: "sent"; readonly id: string; readonly sent: Sent }
  | { readonly type: "page"; readonly page: HistoryPage }
  | {
      readonly type: "refused";
      readonly id: string;
      readonly failure: FailureName;
      readonly message: string;
    }
  /** Leave this connection and dial again: at once with the usual back-off, or spread over `withinMs`. */
  | { readonly type: "drop"; readonly reason: string; readonly withinMs?: number }
  /** The room forbids coming back: no further dialling. */
  | { readonly type: "over"; readonly failure: FailureName; readonly message: string };
