/** Whom the tester logs in as. */
export type Account = { readonly username: string; readonly password: string };
/** The tester's sets of users: demo alone, user1 and up, perf_demo0 and up. */
export type UserSet = "demo" | "user" | "perf_demo";

/** The first users of a set. `npm run admin -- create-users --tester` creates demo, user1 to user5 and 5,000 of perf_demo. */
export function toAccounts(set: UserSet, count: number): readonly Account[] {
  if (set === "demo") return [{ username: "demo", password: "demo" }];
  const [first, password] = set === "user" ? [1, "pw"] : [0, "demo"];
  return Array.from({ length: count }, (_, i) => ({ username: `${set}${first + i}`, password }));
}

/** What one of many takes of a list when they take turns: shards of one ladder, and virtual users of one shard. */
export function shareOf<Item>(items: readonly Item[], parts: number, part: number): readonly Item[] {
  return items.filter((_, i) => i % parts === part);
}
