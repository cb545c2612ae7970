/** Where the load goes and what the run is called. The original's names. */
export const target = {
  /** API_BASE_URL: the edge, without a slash at its end. */
  url: (__ENV.API_BASE_URL || "http://127.0.0.1:8080").replace(/\/$/, ""),
  /** WS_URL: gochat's socket. */
  wsUrl:
    __ENV.WS_URL || `${(__ENV.API_BASE_URL || "http://127.0.0.1:8080").replace(/^http/, "ws").replace(/\/$/, "")}/ws`,
  /** LOADTEST_RUN: in every message, so that runs do not take each other's for their own. Letters and digits. */
  run: __ENV.LOADTEST_RUN || "manual",
} as const;
