import type { TestContext } from "vitest";
import { withoutTool } from "../../scripts/missing-tool.ts";
import { ensureServer, type ServerName } from "../../scripts/server-binaries.ts";

/**
 * Whether a part of the system that is not ours can be had here; installs it if need be. When it cannot, says what is not
 * checked for it: the tests that need it are skipped then, or, where CI is set, this throws. [PT2]
 */
export async function systemPart(part: ServerName, unchecked: string): Promise<boolean> {
  const found = await ensureServer(part);
  if (found.ok) return true;
  const { fails, message } = withoutTool(unchecked, found.reason, process.env.CI);
  if (fails) throw new Error(message);
  console.warn(message);
  return false;
}

/** The part; without it the test is skipped here: what is missing was said when the system started. [PT2] */
export function needed<T>(part: T | null, context: TestContext): T {
  context.skip(part === null, "a part of the system is missing");
  if (part === null) throw new Error("skipped");
  return part;
}
