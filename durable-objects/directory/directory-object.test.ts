import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";

const fresh = () => env.DIRECTORY.getByName(`directory-${crypto.randomUUID()}`);

it("[AC3] ids are 1, 2, 3 in the order of the keys, and a key keeps its own", async () => {
  const directory = fresh();
  expect(await directory.allocate(["ann", "bob", "ann"])).toEqual([1, 2, 1]);
  expect(await directory.allocate(["cy", "bob"])).toEqual([3, 2]);
});

it("[AC3] who is asked for but never registered has no id and takes no number", async () => {
  const directory = fresh();
  expect(await directory.find(["ann"])).toEqual([null]);
  await directory.allocate(["bob"]);
  expect(await directory.find(["ann", "bob"])).toEqual([null, 1]);
});

it("[AC3] concurrent callers of one key get one id", async () => {
  const directory = fresh();
  const ids = await Promise.all(Array.from({ length: 20 }, () => directory.allocate(["ann"])));
  expect(new Set(ids.flat())).toEqual(new Set([1]));
});

it("[AC3] a cold start applies the migrations once and numbers go on after eviction", async () => {
  const directory = fresh();
  await directory.allocate(["ann"]);
  await evictDurableObject(directory);
  expect(await directory.allocate(["bob", "ann"])).toEqual([2, 1]);
  const stored = await runInDurableObject(directory, (_, { storage }) =>
    storage.sql.exec<{ id: string }>("SELECT id FROM migrations").toArray(),
  );
  expect(stored).toEqual([{ id: "name" }, { id: "entrusted" }]);
});

it("[AC10] an account is kept for its user object until that has it; a key that is taken is left alone", async () => {
  const directory = fresh();
  const password = { scheme: "argon2id", phc: "p" } as const;
  await directory.allocate(["ann"]);
  const accounts = ["ann", "bob", "bob"].map((key) => ({ key, name: key.toUpperCase(), password }));
  expect(await directory.entrust(accounts)).toEqual([null, 2, "kept"]);
  expect(await directory.entrust(accounts)).toEqual([null, "kept", "kept"]);
  expect(await directory.entrusted(1)).toBeNull();
  await evictDurableObject(directory);
  expect(await directory.entrusted(2)).toEqual({ id: 2, name: "BOB", password });
  await directory.release(2);
  expect(await directory.entrusted(2)).toBeNull();
});

it("[AC14] it is ready once storage answers", async () => {
  expect(await fresh().ready()).toBe(true);
});

it("[AC12] what is private cannot be called over RPC", async () => {
  const directory = fresh();
  for (const name of ["#add", "add", "ctx", "env"]) {
    await expect(async () => {
      await Reflect.get(directory, name)("ann");
    }).rejects.toThrow(TypeError);
  }
  expect(await directory.find(["ann"])).toEqual([null]);
});

it("[AC18] a forgotten key gets a new id, and nobody gets the old one", async () => {
  const directory = fresh();
  await directory.allocate(["ann", "bob"]);
  await directory.forget("bob", 2);
  expect(await directory.find(["ann", "bob"])).toEqual([1, null]);
  await evictDurableObject(directory);
  expect(await directory.allocate(["bob"])).toEqual([3]);
});

it("[AC18] a key that belongs to another id by now is not forgotten, nor what is kept for that id", async () => {
  const directory = fresh();
  const password = { scheme: "argon2id", phc: "p" } as const;
  await directory.allocate(["ann"]);
  await directory.forget("ann", 1);
  await directory.entrust([{ key: "ann", name: "Ann", password }]);
  await directory.forget("ann", 1);
  await directory.forget("nobody", 2);
  expect(await directory.find(["ann"])).toEqual([2]);
  expect(await directory.entrusted(2)).toMatchObject({ name: "Ann" });
});

it("[AC18] with the key goes the account that was kept for its user object", async () => {
  const directory = fresh();
  await directory.entrust([{ key: "ann", name: "Ann", password: { scheme: "argon2id", phc: "p" } }]);
  await directory.forget("ann", 1);
  expect(await directory.entrusted(1)).toBeNull();
});
