import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { Jobs, jobsMigration } from "./jobs.ts";

it("[SE10] a job that is called off wakes nobody, and the others keep their time", async () => {
  const user = env.USER.getByName(`user-${crypto.randomUUID()}`);
  await runInDurableObject(user, async (_, { storage }) => {
    storage.sql.exec(jobsMigration.sql);
    const jobs = new Jobs(storage, {});
    const [soon, late] = [Date.now() + 60_000, Date.now() + 120_000];
    await jobs.schedule("late", late);
    await jobs.schedule("soon", soon);
    expect(await storage.getAlarm()).toBe(soon);
    await jobs.cancel("soon");
    expect(await storage.getAlarm()).toBe(late);
    await jobs.cancel("late");
    expect(await storage.getAlarm()).toBeNull();
  });
});
