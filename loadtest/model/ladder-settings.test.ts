import { expect, it } from "vitest";
import { crewOf, readLadderSettings } from "./ladder-settings.ts";
import { shareOf } from "./ladder-users.ts";

it("[LL2] variables have the original's names and defaults", () => {
  expect(readLadderSettings({})).toMatchObject({
    ...{ userCount: 5, batchSize: 200, roomName: "PerfRoom", durationMs: 120_000, sendsPerSecond: 0.2 },
    ...{ shardCount: 1, shardIndex: 0, subscribers: 5 },
  });
});

it.each([
  [{ SHARD_COUNT: "2", SHARD_INDEX: "2" }, "SHARD_INDEX"],
  [{ BATCH_SIZE: "0" }, "BATCH_SIZE"],
  [{ DURATION_SEC: "soon" }, "DURATION_SEC"],
  [{ MSG_RATE_PER_USER_PER_SEC: "-1" }, "MSG_RATE_PER_USER_PER_SEC"],
  [{ ROOM_NAME: "a|b" }, "ROOM_NAME"],
  [{ USER_COUNT: "1.5" }, "USER_COUNT"],
])("[LL2] a wrong variable is named: %j", (env, name) => {
  expect(() => readLadderSettings(env)).toThrow(name);
});

it("[LL2] every user is of one shard and of one virtual user in it, and a batch is the most that walk at once", () => {
  const crews = ["0", "1", "2"].map((SHARD_INDEX) =>
    crewOf(readLadderSettings({ USER_COUNT: "100", SHARD_COUNT: "3", SHARD_INDEX, BATCH_SIZE: "20" })),
  );
  const walkers = crews.flatMap(({ accounts, vus }) =>
    Array.from({ length: vus }, (_, part) => shareOf(accounts, vus, part)).flat(),
  );
  expect(new Set(walkers.map(({ username }) => username))).toHaveLength(100);
  expect(walkers).toHaveLength(100);
  expect(crews.map(({ vus }) => vus)).toEqual([20, 20, 20]);
});

it("[LL2] users are the tester's: perf_demo0 and up, user1 and up, demo", () => {
  const first = (LADDER_USER_SET: string) => crewOf(readLadderSettings({ LADDER_USER_SET })).accounts[0];
  expect(first("perf_demo")).toEqual({ username: "perf_demo0", password: "demo" });
  expect(first("user")).toEqual({ username: "user1", password: "pw" });
  expect(first("demo")).toEqual({ username: "demo", password: "demo" });
});
