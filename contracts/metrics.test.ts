import { expect, it } from "vitest";
import {
  count,
  isMetricReport,
  move,
  noteAwake,
  observe,
  report,
  samples,
  sumReports,
  toPrometheusText,
} from "./metrics.ts";

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

it("[SV3] isolates are added up, each of them once, whoever hands in its report", () => {
  const sample = (value: number, labels = "") =>
    ({ name: "edgechat_messages_total", suffix: "", labels, value }) as const;
  const one = { instance: "one", samples: [sample(3), sample(1, '{a="b"}')] };
  const two = { instance: "two", samples: [sample(4)] };
  expect(sumReports([one, two, { ...one }])).toEqual([sample(7), sample(1, '{a="b"}')]);
  expect(sumReports([])).toEqual([]);
});

it("[SV3] every report of an isolate has the same name", () => {
  expect(report(0).instance).toBe(report(1).instance);
  expect(report(0).samples).toEqual(samples(0));
});

it("[OP11] a report is one only when each of its samples is", () => {
  const sample = { name: "edgechat_of_a_newer_version", suffix: "", labels: "", value: 1 };
  expect(isMetricReport({ instance: "one", samples: [sample] })).toBe(true);
  for (const wrong of [null, {}, { ...sample, value: "1" }, { ...sample, labels: undefined }, { ...sample, name: 7 }]) {
    expect(isMetricReport({ instance: "one", samples: [sample, wrong] })).toBe(false);
  }
  for (const wrong of [undefined, null, "fine", {}, { samples: [] }, { instance: "one" }]) {
    expect(isMetricReport(wrong)).toBe(false);
  }
});
