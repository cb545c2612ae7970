import { ensureBuilt } from "../../scripts/ensure-built.ts";

/** Builds the product once when one of its bundles is missing or older than its sources; the tests then start it as it is. */
export default function setup(): void {
  if (process.env.EDGECHAT_BUNDLE === undefined) ensureBuilt();
}
