import { describe, it } from "vitest";
import { FaultyEdge } from "../support/faulty-edge.ts";
import { loadtest } from "../support/loadtest.ts";
import { requireK6 } from "../support/require-k6.ts";

const RUN_MS_MAX = 60_000;
const PATHS = {
  ...{ register: "/user/register", login: "/user/login", checkAuth: "/user/checkAuth", logout: "/user/logout" },
  ...{ push: "/push/push", pushRoom: "/push/pushRoom", count: "/push/count", getRoomInfo: "/push/getRoomInfo" },
} as const;
type Mix = Partial<Record<keyof typeof PATHS, number>>;

/** What one iteration asks for, by scenario, and how many users setup() registers for one virtual user. */
const mixes: readonly (readonly [name: string, mix: Mix, users: number])[] = [
  ["full-system", { checkAuth: 1, push: 5, pushRoom: 5, count: 2, getRoomInfo: 1 }, 2],
  ["capacity-baseline", { login: 1, checkAuth: 1, push: 3, pushRoom: 3, count: 1, getRoomInfo: 1 }, 1],
  ["user-login", { login: 1 }, 1],
  ["user-register", { register: 1 }, 0],
  ["user-checkauth", { checkAuth: 1 }, 1],
  ["user-logout", { login: 1, logout: 1 }, 1],
  ["push-push", { push: 1 }, 1],
  ["push-room", { pushRoom: 1 }, 1],
  ["push-count", { count: 1 }, 1],
  ["push-roominfo", { getRoomInfo: 1 }, 1],
  ["smoke", { register: 1, login: 1, logout: 1, checkAuth: 1, push: 1, pushRoom: 1, count: 1, getRoomInfo: 1 }, 1],
];
/** Sockets that stay until the end: each virtual user opens one. */
const short = { K6_DURATION: "1s", LOADTEST_SESSION_MIN: "60", LOADTEST_SESSION_MAX: "60" };

describe.concurrent("what an iteration asks for", () => {
  it.for(mixes)("[LS8] %s: %j", { timeout: RUN_MS_MAX }, async ([name, mix, users], { skip, signal, expect }) => {
    await requireK6(`what ${name} asks for`, skip);
    await using edge = await FaultyEdge.start();
    const { said } = await loadtest({ args: [name, "--url", edge.url], env: { ...short, K6_VUS: "1" }, signal });
    const asked = askedBy(edge, users);
    const kinds = Object.keys(PATHS) as (keyof typeof PATHS)[];
    const iterations = Math.max(...kinds.map((kind) => asked[kind] / (mix[kind] ?? Number.POSITIVE_INFINITY)));
    expect(iterations, said).toBeGreaterThanOrEqual(1);
    for (const each of kinds) {
      expect([each, asked[each]], said).toEqual([each, iterations * (mix[each] ?? 0)]);
    }
  });

  it("[LS8] full-system has a socket for four users of HTTP", { timeout: RUN_MS_MAX }, async ({
    skip,
    signal,
    expect,
  }) => {
    await requireK6("full-system's sockets", skip);
    await using edge = await FaultyEdge.start();
    const { said } = await loadtest({
      args: ["full-system", "--url", edge.url],
      env: { ...short, K6_VUS: "8" },
      signal,
    });
    expect(edge.asked("/ws"), said).toBe(2);
  });

  it("[LS8] websocket's one publisher sends into every room, and the sockets send nothing", {
    timeout: RUN_MS_MAX,
  }, async ({ skip, signal, expect }) => {
    await requireK6("what websocket asks for", skip);
    await using edge = await FaultyEdge.start();
    const { said } = await loadtest({ args: ["websocket", "--url", edge.url], env: { ...short, K6_VUS: "3" }, signal });
    expect(edge.asked("/ws"), said).toBe(3);
    expect(edge.asked(PATHS.pushRoom), said).toBeGreaterThan(0);
    expect(edge.asked(PATHS.pushRoom) % 3, said).toBe(0);
    expect(edge.asked(PATHS.push), said).toBe(0);
  });
});

/** How often each was asked for by iterations alone: setup() registers every user and asks who it is. */
function askedBy(edge: FaultyEdge, users: number): Record<keyof typeof PATHS, number> {
  const entries = Object.entries(PATHS) as [keyof typeof PATHS, string][];
  const ofSetup = (name: string) => (name === "register" || name === "checkAuth" ? users : 0);
  return Object.fromEntries(entries.map(([name, path]) => [name, edge.asked(path) - ofSetup(name)])) as Record<
    keyof typeof PATHS,
    number
  >;
}
