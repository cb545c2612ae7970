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

/** What was measured: a time in ms, or a rate in 1/s. */
export type Reading = { readonly name: string; readonly unit: "ms" | "/s"; readonly value: number };
export type Taken = { readonly readings: readonly Reading[]; readonly faults: Faults };

/** A ratio to reach, against a baseline, of one reading. */
export type Target = {
  readonly reading: string;
  readonly against: TargetName;
  /** At least so many times the baseline's rate, or at most so many times its time. */
  readonly least?: number;
  readonly most?: number;
};

export type Measure = {
  readonly targets: readonly TargetName[];
  readonly take: (site: Site) => Promise<Taken>;
  readonly toReach: readonly Target[];
};
