import { ensureK6 } from "../../loadtest/run/k6.ts";
import { withoutTool } from "../../scripts/missing-tool.ts";

/** Answers where k6 is there. Elsewhere the test is skipped and says so, or fails where CI is set. */
export async function requireK6(unchecked: string, skip: (note: string) => never): Promise<void> {
  const missing = await ensureK6().then(
    () => null,
    (error: unknown) => String(error),
  );
  if (missing === null) return;
  const { fails, message } = withoutTool(unchecked, missing, process.env.CI);
  if (fails) throw new Error(message);
  console.warn(message);
  skip(message);
}
