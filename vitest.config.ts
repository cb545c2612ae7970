import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { WaitingFirst } from "./test/support/waiting-first.ts";

const workersPool = cloudflareTest({
  wrangler: { configPath: "./wrangler.toml" },
  miniflare: {
    bindings: { ENVIRONMENT: "test", TOKEN_KEYS: "1:dGVzdC1vbmx5LXNlY3JldC10ZXN0LW9ubHktc2VjcmV0LTE" },
  },
});

const ROOM = "durable-objects/room/**/*.test.ts";
const ALONE = "test/behaviour/logins.test.ts";
const BESIDE = ["test/chaos/kill.test.ts", "test/chaos/stall.test.ts"];

/**
 * What starts real processes runs in one group, so many files at a time, whichever project they are of: nothing in it
 * measures time, and half of its time is waiting (for a lease, a hibernation, a stalled reader).
 */
const BESIDE_EACH_OTHER = 4;

/** What tests with processes have in common. Their limits are for a busy machine: no test waits for one. */
const processes = {
  environment: "node" as const,
  maxWorkers: BESIDE_EACH_OTHER,
  sequence: { groupOrder: 1 },
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

const burstOnServices = {
  test: {
    name: "services-burst",
    environment: "node" as const,
    include: [ALONE],
    env: { EDGECHAT_FORM: "services" },
    globalSetup: "test/support/global-setup.ts",
    sequence: { groupOrder: 3 },
    hookTimeout: 60_000,
  },
};

export default defineConfig({
  test: {
    sequence: { sequencer: WaitingFirst },
    projects: [
      {
        test: {
          name: "unit",
          environment: "node",
          isolate: false,
          maxWorkers: 2,
          include: [
            "contracts/**/*.test.ts",
            "client/**/*.test.ts",
            "bench/**/*.test.ts",
            "loadtest/**/*.test.ts",
            "durable-objects/**/*.rules.test.ts",
            "self-host/**/*.test.ts",
            "origin/**/*.test.ts",
            "scripts/**/*.test.ts",
            "deploy/**/*.test.ts",
          ],
        },
      },
      // One isolate for many files, as in production one for many rooms: a fresh one for each file takes 80 s more. The
      // room has a runtime of its own beside the rest: each waits half of its time.
      ...[
        { name: "workerd", include: ["durable-objects/**/*.test.ts", "workers/**/*.test.ts"], exclude: [ROOM] },
        { name: "workerd-room", include: [ROOM], exclude: [] },
      ].map(({ name, include, exclude }) => ({
        plugins: [workersPool],
        test: {
          name,
          isolate: false,
          maxWorkers: 2,
          include,
          exclude: [...exclude, "durable-objects/**/*.rules.test.ts"],
        },
      })),
      {
        // The product in production form.
        test: {
          name: "monolith",
          ...processes,
          include: ["test/{behaviour,compat,forms,api}/**/*.test.ts"],
          exclude: [ALONE],
          globalSetup: "test/support/global-setup.ts",
        },
      },
      {
        // The same files against the four workers on one bare runtime. [SV7]
        test: {
          name: "services",
          ...processes,
          // What the document says is asked of the services by `npm run test:api`.
          include: [`test/{behaviour,compat${process.env.API_EXAMPLES === undefined ? "" : ",api"}}/**/*.test.ts`],
          exclude: [ALONE],
          env: { EDGECHAT_FORM: "services" },
          globalSetup: "test/support/global-setup.ts",
        },
      },
      {
        // The four workers again, from a build whose services break when a test says so. [SV8]
        test: {
          name: "faults",
          ...processes,
          include: ["test/faults/**/*.test.ts"],
          env: { EDGECHAT_FORM: "services", EDGECHAT_BUNDLE: "dist/faults" },
          globalSetup: ["test/support/global-setup.ts", "test/support/fault-bundle.ts"],
        },
      },
      {
        // The origin's processes, Redis and Envoy in front of an edge in production form.
        test: {
          name: "origin",
          ...processes,
          include: ["test/origin/**/*.test.ts"],
          globalSetup: "test/support/global-setup.ts",
        },
      },
      {
        // Every load scenario through its command: seconds of waiting each, several at a time.
        test: {
          name: "loadtest",
          ...processes,
          include: ["test/loadtest/**/*.test.ts"],
          globalSetup: ["test/support/global-setup.ts", "test/support/global-setup-k6.ts"],
          maxConcurrency: 3,
        },
      },
      {
        // Kill, stall and storm on the monolith only: they prove the room's storage and sockets, and no service takes part
        // in either. These two wait more than they work.
        test: {
          name: "crash",
          ...processes,
          include: BESIDE,
          globalSetup: "test/support/global-setup.ts",
        },
      },
      {
        // What fills the machine by itself runs alone.
        test: {
          name: "chaos",
          environment: "node",
          include: ["test/chaos/**/*.test.ts", ALONE],
          exclude: BESIDE,
          globalSetup: "test/support/global-setup.ts",
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          hookTimeout: 60_000,
        },
      },
      // The burst on the services is the campaign's: what a service adds to it is the way to the same pool. [SV7]
      ...(process.env.LOGIN_BURST === undefined ? [] : [burstOnServices]),
    ],
  },
});
