import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { ROSTER_SHARDS } from "../../contracts/objects.ts";
import { CountingPool, credentials, freshName, identityOf, OPERATOR, testAuth, unwrap } from "./test-auth.ts";

const auth = testAuth({ HASHER: new CountingPool() });

async function listed(name: string) {
  return unwrap(await auth.liveSessions(OPERATOR)).filter(({ userName }) => userName === name);
}

it("[SE10] whoever signs in is listed with the beginning of the session's id, and not after the logout", async () => {
  const mine = credentials(freshName());
  const one = unwrap(await auth.register(mine));
  const two = unwrap(await auth.login(mine));
  expect(await listed(mine.userName)).toEqual(
    [two, one].map(({ session: { id, expiresAtMs } }) => ({
      userName: mine.userName,
      sessionIdStart: id.slice(0, 8),
      expiresAtMs,
    })),
  );
  unwrap(await auth.endSession(identityOf(one.token), "current"));
  expect(await listed(mine.userName)).toMatchObject([{ sessionIdStart: two.session.id.slice(0, 8) }]);
  unwrap(await auth.removeUser(OPERATOR, mine.userName));
  expect(await listed(mine.userName)).toEqual([]);
});

it("[SE12] the list is for administrators and the operator, and for nobody else", async () => {
  const mine = credentials(freshName());
  const { user, token } = unwrap(await auth.register(mine));
  const identity = identityOf(token);
  expect(await auth.liveSessions(identity)).toMatchObject({ failure: "forbidden" });
  unwrap(await auth.makeAdmin(OPERATOR, user.name));
  expect(await auth.liveSessions(identity)).toMatchObject({ ok: true });
  unwrap(await auth.endSessions(identity));
  expect(await auth.liveSessions(identity)).toMatchObject({ failure: "session" });
  expect(await auth.liveSessions({ ...OPERATOR, kind: "user" })).toMatchObject({ failure: "session" });
});

it("[SE12] the newest of all shards come first, and no more than the limit", async () => {
  const each = limits.LIVE_SESSIONS_MAX / ROSTER_SHARDS + 10;
  const live = (shard: string) => async (limit: number) =>
    Array.from({ length: Math.min(each, limit) }, (_, i) => ({
      userName: `${shard}-${i}`,
      sessionIdStart: "0".repeat(8),
      expiresAtMs: 1,
      createdAtMs: i * ROSTER_SHARDS + Number(shard),
    }));
  const crowded = testAuth({ ROSTER: { getByName: (shard) => ({ live: live(shard) }) } });
  const names = unwrap(await crowded.liveSessions(OPERATOR)).map(({ userName }) => userName);
  expect(names).toHaveLength(limits.LIVE_SESSIONS_MAX);
  const newest = Array.from({ length: ROSTER_SHARDS }, (_, i) => `${ROSTER_SHARDS - 1 - i}-${each - 1}`);
  expect(names.slice(0, ROSTER_SHARDS)).toEqual(newest);
});

it("[SE12] one shard that does not answer makes the whole answer unavailable", async () => {
  const live = (shard: string) => async () => {
    if (shard === "7") throw new Error("away");
    return [];
  };
  const holed = testAuth({ ROSTER: { getByName: (shard) => ({ live: live(shard) }) } });
  expect(await holed.liveSessions(OPERATOR)).toMatchObject({ ok: false, failure: "unavailable" });
});
