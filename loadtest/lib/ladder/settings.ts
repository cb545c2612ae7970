import { readLadderSettings } from "../../model/ladder-settings.ts";
import { shareOf, toAccounts } from "../../model/ladder-users.ts";

/** The settings of this rung. */
export const settings = readLadderSettings(__ENV);

/** The users of this shard, and how many virtual users walk for them. */
export const accounts = shareOf(
  toAccounts(settings.userSet, settings.userCount),
  settings.shardCount,
  settings.shardIndex,
);
export const vus = Math.max(1, Math.min(settings.batchSize, accounts.length));
