import { Counter } from "prom-client";

/** What goes through this replica, whichever service carries it. `carrier` is tcp or grpc. */
export const trafficMetrics = {
  deliveries: new Counter({
    name: "edgechat_origin_deliveries_total",
    help: "Messages handed to clients of the origin, by carrier.",
    labelNames: ["carrier"],
  }),
  sends: new Counter({
    name: "edgechat_origin_sends_total",
    help: "Messages that clients of the origin sent, by carrier and by what became of them.",
    labelNames: ["carrier", "outcome"],
  }),
};
