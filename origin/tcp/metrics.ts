import { Counter, Gauge } from "prom-client";

/** What the TCP service counts beside its traffic. */
export const tcpMetrics = {
  connections: new Gauge({ name: "edgechat_origin_tcp_connections", help: "Open TCP connections." }),
  closed: new Counter({
    name: "edgechat_origin_tcp_closed_total",
    help: "TCP connections that ended, by reason.",
    labelNames: ["reason"],
  }),
};

/** Why a connection ended: the client left, or what we found. */
export type CloseReason =
  | "left"
  | "malformed"
  | "refused"
  | "signIn"
  | "session"
  | "seatLost"
  | "missed"
  | "limit"
  | "slow"
  | "vanished"
  | "drained";
