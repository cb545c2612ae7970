import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const workersPool = cloudflareTest({
  wrangler: { configPath: "./wrangler.toml" },
  miniflare: {
    bindings: { ENVIRONMENT: "test", TOKEN_KEYS: "1:dGVzdC1vbmx5LXNlY3JldC10ZXN0LW9ubHktc2VjcmV0LTE" },
  },
});

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          environment: "node",
          include: [
            "contracts/**/*.test.ts",
            "client/**/*.test.ts",
            "durable-objects/**/*.rules.test.ts",
            "self-host/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
        },
      },
      {
        plugins: [workersPool],
        test: {
          name: "workerd",
          include: ["durable-objects/**/*.test.ts", "workers/**/*.test.ts"],
          exclude: ["durable-objects/**/*.rules.test.ts"],
        },
      },
      {
        // The product in production form, one server after the other: they share two cores with what tests them.
        test: {
          name: "monolith",
          environment: "node",
          include: ["test/**/*.test.ts"],
          globalSetup: "test/support/global-setup.ts",
          fileParallelism: false,
          hookTimeout: 60_000,
        },
      },
      {
        // The same files against the four workers on one bare runtime. Only the monolith runs chaos/: kill, stall and
        // storm prove the room's storage and sockets, where no service takes part, and cost minutes; so do hibernation,
        // which waits for the platform's own clock, and the burst of logins, which presses on the password pool that
        // both forms share. [SV7]
        test: {
          name: "services",
          environment: "node",
          include: ["test/behaviour/**/*.test.ts", "test/compat/**/*.test.ts"],
          exclude: ["test/behaviour/logins.test.ts", "test/behaviour/hibernate.test.ts"],
          env: { EDGECHAT_FORM: "services" },
          globalSetup: "test/support/global-setup.ts",
          // Nothing here measures time, so two servers may run side by side: half of it is waiting.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
