import { Counter, Gauge, Histogram } from "prom-client";

const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What the gRPC services count beside their traffic. */
export const metrics = {
  calls: new Counter({
    name: "edgechat_origin_grpc_calls_total",
    help: "gRPC calls that ended, by method and status code.",
    labelNames: ["method", "code"],
  }),
  callSeconds: new Histogram({
    name: "edgechat_origin_grpc_call_seconds",
    help: "How long unary gRPC calls took.",
    labelNames: ["method"],
    buckets: CALL_SECONDS,
  }),
  streams: new Gauge({ name: "edgechat_origin_grpc_streams", help: "Subscribe streams that stand." }),
} as const;
