import { ensureEnvoy } from "../../scripts/envoy.ts";
import { withoutTool } from "../../scripts/missing-tool.ts";
import { ensureRedis } from "../../scripts/redis-server.ts";

const parts = { redis: ensureRedis, envoy: ensureEnvoy } as const;

/**
 * Whether a part of the system that is not ours can be had here; installs it if need be. When it cannot, says what is not
 * checked for it: the tests that need it are skipped then, or, where CI is set, this throws. [PT2]
 */
export async function systemPart(part: keyof typeof parts, unchecked: string): Promise<boolean> {
  const found = await parts[part]();
  if (found.ok) return true;
  const { fails, message } = withoutTool(unchecked, found.reason, process.env.CI);
  if (fails) throw new Error(message);
  console.warn(message);
  return false;
}
