import type { Upgrade } from "../wire/socket.ts";

/** Where a dialect is spoken: a server, and a room that nobody used before. `tokens` are of users who may enter it. */
export type Place = { readonly url: string; readonly room: string; readonly tokens: readonly string[] };

/** A place in the server's own order. */
export type Position = { readonly epoch: string; readonly seq: number };

/** What a server's frame says. */
export type Said = {
  /** The client takes part from here on: where the server's order stands, and how many bytes may be unacknowledged. */
  readonly ready?: { readonly seq?: number; readonly epoch?: string; readonly windowBytes?: number };
  /** To be sent at once. */
  readonly reply?: string;
  /** Ids of sends that were kept. */
  readonly acked?: readonly string[];
  /** Why the server refused something. */
  readonly refused?: string;
  /** The server sends nothing more until it is told what was received; so many bytes may be on their way by now. */
  readonly lagging?: { readonly windowBytes: number };
  /** Messages in their order; `after` is the number before the first one, where the server numbers them. */
  readonly events?: { readonly after?: number; readonly bodies: readonly string[] };
};

/** How a chat server is spoken to. Texts are whole WebSocket frames. */
export type Dialect = {
  readonly upgrade: (place: Place, member: number) => Upgrade;
  /** What the client says first; where there is a position, it asks for what came after it. */
  readonly greet: (place: Place, resume?: Position) => string | null;
  readonly send: (place: Place, id: string, body: string) => string;
  readonly read: (text: string, place: Place) => Said;
  /** Says what was received; null where a server wants no acknowledgement. */
  readonly acknowledge: ((seq: number) => string) | null;
  /** Whether a sender learns from its own message that it was taken, because nothing else says so. */
  readonly acksByEcho: boolean;
};
