import { readLines } from "./lines.ts";

/** What the script threw in k6's log, each with how often: an iteration that ends so has done only a part of its load. */
export function readScriptErrors(log: string): readonly string[] {
  const counts = new Map<string, number>();
  let before = "";
  for (const line of readLines(log)) {
    // k6 writes a stack below what was thrown, and below nothing else.
    if (/^\s+at .*\(/.test(line) && !/^\s+at /.test(before)) counts.set(before, (counts.get(before) ?? 0) + 1);
    before = line;
  }
  return [...counts].map(([text, count]) => `the script threw ${count} times: ${text}`);
}
