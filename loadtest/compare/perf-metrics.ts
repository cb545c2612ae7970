import { z } from "zod";
import type { PerfMetric } from "./log-comparison.ts";

const line = z.object({
  kind: z.literal("tester_metrics"),
  name: z.string(),
  scenario: z.coerce.number(),
  count: z.number(),
  err: z.number(),
  avg_ms: z.number(),
  min_ms: z.number(),
  max_ms: z.number(),
});

/** The tester_metrics lines of a ladder's log, ours or the original's; what else it prints is passed over. */
export function readPerfMetrics(text: string): readonly PerfMetric[] {
  return text.split("\n").flatMap((row) => line.safeParse(toJson(row)).data ?? []);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text.slice(Math.max(0, text.indexOf("{"))));
  } catch {
    return null;
  }
}
