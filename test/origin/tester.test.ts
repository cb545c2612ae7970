import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { range } from "../support/reader.ts";
import { type System, startSystem } from "../support/system.ts";
import { Tester, type TesterUser } from "../support/tester.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
/** The original's ladder is 10, 100, 1000 and 5000 users: TESTER_USERS=10,100,1000,5000. */
const LADDER = (process.env.TESTER_USERS ?? "5,20").split(",").map(Number);
/** How often each user says something: 0.2 a second for 120 seconds in the original. */
const ROUNDS = Number(process.env.TESTER_ROUNDS ?? 2);
const WALK_MS_MAX = 600_000;
const demo = { username: "demo", password: "demo" };

let system: System;

beforeAll(async () => {
  system = await startSystem({ tcp: 0, grpc: 2, envoy: true });
  const { edge } = system;
  const seeding = ["self-host/admin.ts", "create-users", "--tester", "--url", edge.url];
  await run(process.execPath, seeding, { cwd: root, env: { ...process.env, DATA_DIR: edge.dataDir } });
});

afterAll(() => system.stop());

/** Through Envoy, to two replicas in turn; where there is no Envoy, to one of them. */
const portOf = (contract: "auth" | "gateway"): number =>
  system.envoy?.port(contract) ?? system.grpc[0]?.grpc(contract) ?? 0;

const perfUsers = (count: number): readonly TesterUser[] =>
  range(count - 1, 0).map((i) => ({ username: `perf_demo${i}`, password: "demo" }));

/** Runs a scenario and answers what was measured. */
async function walk<T>(scenario: (tester: Tester) => Promise<T>) {
  const tester = new Tester(portOf("auth"), portOf("gateway"));
  try {
    return { result: await scenario(tester), ...tester.measures };
  } finally {
    tester.close();
  }
}

// The original has each scenario twice: 1-11 against its services, 101-111 against its monolith. Here both are one.
describe.each([
  { form: "services", base: 0 },
  { form: "monolith", base: 100 },
])("as against the original's $form", ({ base }) => {
  it(`[NG16] scenario ${base + 1}: demo logs in`, async () => {
    expect((await walk((tester) => tester.logIn([demo]))).login).toEqual({ count: 1, err: 0 });
  });

  it(`[NG16] scenario ${base + 2}: user1 to user5 log in`, async () => {
    const users = range(5).map((i) => ({ username: `user${i}`, password: "pw" }));
    expect((await walk((tester) => tester.logIn(users))).login).toEqual({ count: 5, err: 0 });
  });

  it(`[NG16] scenario ${base + 3}: Area 51`, async () => {
    const said: string[] = [];
    const { result, ...measures } = await walk((tester) =>
      tester.area51(demo, async (texts) => {
        await expect.poll(() => texts.length, { timeout: 10_000 }).toBe(2);
        said.push(...texts);
      }),
    );
    for (const { err } of Object.values(measures)) expect(err).toBe(0);
    expect(said.toSorted()).toEqual(["hello from area 51", "second message"]);
    expect(result.history).toEqual(expect.arrayContaining(said));
    expect(result.left).toEqual({ ok: true, message: "OK" });
    expect(result.strangersCode).toBe(status.UNAUTHENTICATED);
  });

  for (const [step, count] of LADDER.entries()) {
    it(`[NG16] scenario ${base + 4 + step}: ${count} logins, 200 in flight`, { timeout: WALK_MS_MAX }, async () => {
      expect((await walk((tester) => tester.logIn(perfUsers(count)))).login).toEqual({ count, err: 0 });
    });

    it(`[NG16] scenario ${base + 8 + step}: ${count} users in one room`, { timeout: WALK_MS_MAX }, async () => {
      const room = `PerfRoom${base}-${count}`;
      const walked = await walk((tester) => tester.chat(perfUsers(count), room, ROUNDS));
      expect(walked).toMatchObject({
        login: { count, err: 0 },
        create_room: { count: 1, err: 0 },
        enter_room: { count, err: 0 },
        send_message: { count: count * ROUNDS, err: 0 },
      });
      const { result } = await walk((tester) => tester.look(demo, room));
      expect(result.people.toSorted()).toEqual(
        perfUsers(count)
          .map(({ username }) => username)
          .toSorted(),
      );
      expect(result.messages).toHaveLength(Math.min(count * ROUNDS, 200));
    });
  }
});
