import { ensureK6 } from "../../loadtest/run/k6.ts";

/** Finds k6, or builds it once, before any test's time runs. Without one the tests themselves say so. */
export default async function setup(): Promise<void> {
  await ensureK6().catch(() => null);
}
