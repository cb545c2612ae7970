import { Counter, Gauge } from "prom-client";

/** What Prometheus reads of the outbox and of Redis, on prom-client's own register. */
export const metrics = {
  outboxMessages: new Gauge({
    name: "edgechat_origin_outbox_messages",
    help: "Messages that are kept and not sent yet.",
  }),
  outboxRefused: new Counter({
    name: "edgechat_origin_outbox_refused_total",
    help: "Messages that the outbox did not take, or that the edge refused after they were kept.",
  }),
  redisUp: new Gauge({ name: "edgechat_origin_redis_up", help: "1 while Redis answers, else 0." }),
};
