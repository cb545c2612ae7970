import type { DialectName } from "../dialects/dialects.ts";
import type { Faults } from "../load/ledger.ts";
import type { TargetName } from "../targets/target.ts";

/** Where one trial is taken. */
export type Site = {
  readonly dialect: DialectName;
  readonly url: string;
  readonly room: string;
  readonly tokens: readonly string[];
};

/** What was measured: a time in ms, a rate in 1/s, or how many times as much as without what was added. */
export type Reading = { readonly name: string; readonly unit: "ms" | "/s" | "x"; readonly value: number };
export type Taken = { readonly readings: readonly Reading[]; readonly faults: Faults };

/** A ratio to reach, of one reading, against a baseline; against nobody where the reading is a ratio already. */
export type Target = {
  readonly reading: string;
  readonly against: TargetName | null;
  /** At least so many times the baseline's rate, or at most so many times its time. */
  readonly least?: number;
  readonly most?: number;
};

export type Measure = {
  readonly targets: readonly TargetName[];
  readonly take: (site: Site) => Promise<Taken>;
  readonly toReach: readonly Target[];
};
