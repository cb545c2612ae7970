import type { Options } from "k6/options";
import { settings, vus } from "./settings.ts";

/** Nobody waits longer than this for logins, entering and the last acknowledgements, in s. */
const AROUND_S_MAX = 3_600;

/** Every virtual user walks once. Nothing is judged by k6: the ladder's figures are its observations. */
export const ladderOptions: Options = {
  scenarios: {
    ladder: {
      executor: "per-vu-iterations",
      vus,
      iterations: 1,
      maxDuration: `${Math.ceil(settings.durationMs / 1_000) + AROUND_S_MAX}s`,
    },
  },
  systemTags: ["name", "status", "error_code"],
};
