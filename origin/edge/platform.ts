/** What the uplink hears of its socket. Nothing comes after `closed`. */
export type SocketListener = {
  readonly opened: () => void;
  readonly received: (text: string) => void;
  /** `reason` is for people: the close frame's, or what went wrong before there was one. */
  readonly closed: (code: number, reason: string) => void;
};

export type UplinkSocket = {
  readonly send: (text: string) => void;
  /** Says goodbye with code 1000. */
  readonly close: () => void;
  /** Ends it at once: the other side does not answer. */
  readonly drop: () => void;
  /** Bytes that the network has not taken yet. */
  readonly bufferedAmount: number;
};

/** Everything outside of the rules: sockets, time, chance. Tests put their own in. */
export type EdgePlatform = {
  readonly connect: (url: string, token: string, listener: SocketListener) => UplinkSocket;
  readonly nowMs: () => number;
  /** Milliseconds and parts of them since any beginning; unlike nowMs never set. */
  readonly steadyMs: () => number;
  /** Calls back once after a time; the returned function takes it back. */
  readonly after: (ms: number, call: () => void) => () => void;
  /** Calls back at the end of this turn, when everything that arrived with it was read. */
  readonly soon: (call: () => void) => void;
  readonly random: () => number;
};
