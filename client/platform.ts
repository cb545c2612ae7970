/** What the client needs of a WebSocket; the global one of browsers, Node and workers fits, so does the ws package's. */
export type RoomSocket = {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: SocketEvent) => void): void;
};
/** What a listener may read: `data` of a message, `code` of a close. Every event has a type. */
export type SocketEvent = { readonly type: string; readonly data?: unknown; readonly code?: number };

/** Everything outside of the rules: sockets, time, chance. Tests put their own in. */
export type Platform = {
  readonly connect: (url: string, protocols: string[]) => RoomSocket;
  readonly nowMs: () => number;
  /** Calls back once after a time; the returned function takes it back. */
  readonly after: (ms: number, call: () => void) => () => void;
  readonly random: () => number;
  readonly newId: () => string;
};

/** The platform's own sockets, clock and chance. */
export const standardPlatform: Platform = {
  connect: (url, protocols) => new WebSocket(url, protocols),
  nowMs: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  newId: () => crypto.randomUUID(),
};
