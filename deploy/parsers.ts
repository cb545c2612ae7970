import { ensureDeployCheck } from "../scripts/deploy-check.ts";
import { withoutTool } from "../scripts/missing-tool.ts";

/** What fetching and building the parsers may take, once: for the set-up of a test file. */
export const BUILD_MS_MAX = 300_000;

/** Where the parsers are that a test needs. Without them it says so and is skipped, or fails where CI is set. [DP9] */
export function requireParsers(unchecked: string, skip: (note: string) => never): string {
  const check = ensureDeployCheck();
  if (check.ok) return check.path;
  const { fails, message } = withoutTool(unchecked, check.reason, process.env.CI);
  if (fails) throw new Error(message);
  console.error(message);
  return skip(message);
}
