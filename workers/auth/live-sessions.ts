import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { ROSTER_SHARDS, rosterShard } from "../../contracts/objects.ts";
import { ok, type Reply } from "../../contracts/reply.ts";
import type { LiveSession } from "../../contracts/services.ts";
import { asAdministrator } from "./administrator.ts";
import type { AuthContext } from "./auth-env.ts";

/** The live sessions of everybody, the newest first. A shard that fails fails the answer: no silent gaps. [SE12] */
export function liveSessions(context: AuthContext, identity: Identity): Promise<Reply<readonly LiveSession[]>> {
  return asAdministrator(context, identity, async () => {
    const shards = Array.from({ length: ROSTER_SHARDS }, (_, i) => context.env.ROSTER.getByName(rosterShard(i)));
    const lists = await Promise.all(shards.map((shard) => shard.live(limits.LIVE_SESSIONS_MAX)));
    const newest = lists
      .flat()
      .sort((a, b) => b.createdAtMs - a.createdAtMs)
      .slice(0, limits.LIVE_SESSIONS_MAX);
    return ok(newest.map(({ userName, sessionIdStart, expiresAtMs }) => ({ userName, sessionIdStart, expiresAtMs })));
  });
}
