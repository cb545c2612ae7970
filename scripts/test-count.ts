/** How many tests passed and failed. */
export type TestCount = { readonly passed: number; readonly failed: number };

type Report = { readonly testResults?: readonly Suite[] };
type Suite = { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] };

/**
 * Counts what vitest's JSON reporter wrote. A file that failed without a failed test, because it could not be loaded,
 * counts as one failed test; a report that is missing or cut off counts nothing. [SH16]
 */
export function countTests(report: string): TestCount {
  const suites = parseReport(report).testResults ?? [];
  const tests = suites.flatMap(({ assertionResults }) => assertionResults);
  const failedTests = tests.filter(({ status }) => status === "failed").length;
  const failedFiles = suites.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
  return { passed: tests.filter(({ status }) => status === "passed").length, failed: failedTests + failedFiles };
}

function parseReport(text: string): Report {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return {};
  }
}
