import { Counter, Gauge, Histogram } from "prom-client";

/** What the uplink counts. */
export const edgeMetrics = {
  up: new Gauge({ name: "edgechat_origin_uplink_up", help: "Whether the uplink to the edge stands." }),
  connects: new Counter({ name: "edgechat_origin_uplink_connects_total", help: "Uplinks that were opened." }),
  frameEvents: new Histogram({
    name: "edgechat_origin_uplink_frame_events",
    help: "Events that came in one frame of the edge, and requests that left in one frame to it.",
    labelNames: ["direction"],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096],
  }),
  seats: new Gauge({ name: "edgechat_origin_seats", help: "Seats that this replica holds or asks for." }),
};
