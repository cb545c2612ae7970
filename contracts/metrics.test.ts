import { expect, it } from "vitest";
import { count, move, noteAwake, observe, samples, toPrometheusText } from "./metrics.ts";

it("[OP2] counters, gauges and histograms come out in the Prometheus text format", () => {
  count("edgechat_refusals_total", { failure: 'a"b\\c\nd' }, 2);
  move("edgechat_connections", { dialect: "native" }, 3);
  move("edgechat_connections", { dialect: "native" }, -1);
  for (const value of [1, 3, 5_000]) observe("edgechat_batch_messages", value);
  noteAwake("1", 0);
  noteAwake("2", 15_000);
  const lines = toPrometheusText(samples(20_000)).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "# TYPE edgechat_refusals_total counter",
      'edgechat_refusals_total{failure="a\\"b\\\\c\\nd"} 2',
      'edgechat_connections{dialect="native"} 2',
      "edgechat_rooms_awake 1",
      'edgechat_batch_messages_bucket{le="1"} 1',
      'edgechat_batch_messages_bucket{le="5"} 2',
      'edgechat_batch_messages_bucket{le="+Inf"} 3',
      "edgechat_batch_messages_sum 5004",
      "edgechat_batch_messages_count 3",
    ]),
  );
});
