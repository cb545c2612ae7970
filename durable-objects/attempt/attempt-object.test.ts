import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { AttemptObject } from "./attempt-object.ts";

const fresh = () => env.ATTEMPT.getByName(`address-${crypto.randomUUID()}`);
const perName = Number(env.ATTEMPTS_PER_NAME);
const rows = (stub: ReturnType<typeof fresh>) =>
  runInDurableObject(stub, (_, { storage }) => storage.sql.exec("SELECT key FROM bucket").toArray().length);

it("[AT1] attempts at one name are limited, with the time to wait, and other names are not", async () => {
  const address = fresh();
  for (let i = 0; i < perName; i++) expect(await address.take("ann")).toMatchObject({ ok: true });
  const refused = await address.take("ann");
  expect(refused).toMatchObject({ ok: false, failure: "rateLimited" });
  expect(!refused.ok && refused.retryAfterMs).toBeGreaterThan(0);
  expect(!refused.ok && refused.retryAfterMs).toBeLessThanOrEqual(60_000 / perName);
  expect(await address.take("bob")).toMatchObject({ ok: true });
});

it("[AT2] attempts from one address are limited over all names, and a refused one spends nothing", async () => {
  await runInDurableObject(fresh(), async (_, state) => {
    const address = new AttemptObject(state, { ATTEMPTS_PER_NAME: "2", ATTEMPTS_PER_ADDRESS: "3" });
    for (const name of ["a", "b", "c"]) expect(await address.take(name)).toMatchObject({ ok: true });
    expect(await address.take("d")).toMatchObject({ ok: false, failure: "rateLimited" });
    await address.refund("a");
    expect(await address.take("d")).toMatchObject({ ok: true });
  });
});

it("[AT2] a setting that is no number is refused by name", async () => {
  await runInDurableObject(fresh(), (_, state) => {
    const create = () => new AttemptObject(state, { ATTEMPTS_PER_NAME: "many", ATTEMPTS_PER_ADDRESS: "3" });
    expect(create).toThrow("ATTEMPTS_PER_NAME");
  });
});

it("[AT3] an attempt that is taken back does not count", async () => {
  const address = fresh();
  for (let i = 0; i < 3 * perName; i++) {
    expect(await address.take("ann")).toMatchObject({ ok: true });
    await address.refund("ann");
  }
});

it("[AT4] eviction forgives nothing", async () => {
  const address = fresh();
  for (let i = 0; i < perName; i++) await address.take("ann");
  await evictDurableObject(address);
  expect(await address.take("ann")).toMatchObject({ ok: false, failure: "rateLimited" });
});

it("[AT4] the alarm forgets what is over, twice in a row, and nothing before", async () => {
  const address = fresh();
  await address.take("ann");
  expect(await runDurableObjectAlarm(address)).toBe(true);
  expect(await rows(address)).toBe(2);
  await runInDurableObject(address, (_, { storage }) => storage.sql.exec("UPDATE job SET due_at = 0").toArray());
  await runDurableObjectAlarm(address);
  expect(await rows(address)).toBe(2);
  await runInDurableObject(address, (_, { storage }) => {
    storage.sql.exec("UPDATE job SET due_at = 0");
    storage.sql.exec("UPDATE bucket SET at_ms = 0");
  });
  expect(await runDurableObjectAlarm(address)).toBe(true);
  expect(await rows(address)).toBe(0);
  expect(await runDurableObjectAlarm(address)).toBe(false);
});

it("[AC12] what is private cannot be called over RPC", async () => {
  const address = fresh();
  for (const name of ["#bucketsOf", "bucketsOf", "ctx", "env"]) {
    await expect(async () => {
      await Reflect.get(address, name)("ann");
    }).rejects.toThrow(TypeError);
  }
});
