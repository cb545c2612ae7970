import { expect, it } from "vitest";
import { withNotices } from "./test-notices.ts";

const watchersIn = (storage: DurableObjectStorage) =>
  storage.sql
    .exec<{ user_id: number }>("SELECT user_id FROM watcher ORDER BY user_id")
    .toArray()
    .map(({ user_id }) => user_id);

it("[IN6] who watches is told at once, and of everything that follows within a second together", async () => {
  await withNotices(async ({ notices, readers }) => {
    notices.stir();
    for (const userId of [1, 2]) notices.watch(userId);
    for (let i = 0; i < 100; i++) notices.stir();
    await expect.poll(() => readers.told).toEqual([1, 2]);
    for (let i = 0; i < 100; i++) notices.stir();
    await expect.poll(() => readers.told, { timeout: 3_000 }).toEqual([1, 2, 1, 2]);
  });
});

it("[IN6] what is different for one user alone is told to that one, if it watches", async () => {
  await withNotices(async ({ notices, readers }) => {
    for (const userId of [1, 2]) notices.watch(userId);
    notices.stir(3);
    notices.stir(2);
    await expect.poll(() => readers.told).toEqual([2]);
  });
});

it("[IN6] who watches is stored, once, until its user object says no", async () => {
  await withNotices(async ({ notices, readers, storage, rebuild }) => {
    for (const userId of [1, 2, 1]) notices.watch(userId);
    expect(watchersIn(storage)).toEqual([1, 2]);
    readers.manners.set(1, false);
    const reborn = rebuild();
    reborn.stir();
    await expect.poll(() => watchersIn(storage)).toEqual([2]);
    reborn.stir();
    await expect.poll(() => readers.told, { timeout: 3_000 }).toEqual([1, 2, 2]);
  });
});

it("[IN6] who asks again while the old answer is on its way goes on watching", async () => {
  await withNotices(async ({ notices, readers, storage }) => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    readers.manners.set(1, promise);
    notices.watch(1);
    notices.stir();
    await expect.poll(() => readers.told).toEqual([1]);
    notices.watch(1);
    resolve(false);
    notices.stir();
    // The next round says no again: to the one that asked after the first.
    await expect.poll(() => readers.told, { timeout: 3_000 }).toEqual([1, 1]);
    await expect.poll(() => watchersIn(storage)).toEqual([]);
  });
});

it("[IN6] who was not reached is told again in the next rounds, without another change", async () => {
  await withNotices(async ({ notices, readers, storage }) => {
    readers.manners.set(1, "fail");
    for (const userId of [1, 2]) notices.watch(userId);
    notices.stir();
    await expect.poll(() => readers.told).toEqual([1, 2]);
    readers.manners.clear();
    await expect.poll(() => readers.told, { timeout: 3_000 }).toEqual([1, 2, 1]);
    expect(watchersIn(storage)).toEqual([1, 2]);
  });
});

it("[IN6] what comes during a round waits for the next: there is one at a time", async () => {
  await withNotices(async ({ notices, readers }) => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    readers.manners.set(1, promise);
    for (const userId of [1, 2]) notices.watch(userId);
    notices.stir();
    await expect.poll(() => readers.told).toEqual([1, 2]);
    notices.stir();
    resolve(true);
    await expect.poll(() => readers.told, { timeout: 3_000 }).toEqual([1, 2, 1, 2]);
  });
});

it("[IN6] a room that is deleted tells everybody who watches once", async () => {
  await withNotices(async ({ notices, readers }) => {
    for (const userId of [1, 2]) notices.watch(userId);
    readers.manners.set(1, "fail");
    await notices.end();
    expect(readers.told).toEqual([1, 2]);
    notices.stir();
    expect(readers.told).toEqual([1, 2]);
  });
});
