import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { migrate } from "./migrate.ts";
import { type Carry, type Letter, Outbox, outboxMigration } from "./outbox.ts";

type Mail = Letter<{ readonly text: string }>;

async function withOutbox(
  carry: Carry<{ readonly text: string }, string>,
  act: (outbox: Outbox<{ readonly text: string }, string>, storage: DurableObjectStorage) => Promise<void>,
): Promise<void> {
  await runInDurableObject(env.USER.getByName(`outbox-${crypto.randomUUID()}`), async (_, { storage }) => {
    migrate(storage, [outboxMigration]);
    await act(new Outbox(storage.sql, carry), storage);
  });
}

it("[OB2] a letter that was not taken stays, is due again later, and is carried with the same number", async () => {
  const seen: Mail[] = [];
  const carry = async (letter: Mail) => {
    seen.push(letter);
    if (seen.length < 3) throw new Error("away");
    return "taken";
  };
  await withOutbox(carry, async (outbox) => {
    const letter = outbox.post("there", { text: "hello" }, 0);
    expect(await outbox.deliver([letter], 1_000)).toEqual({ answers: [], pending: 1 });
    expect(outbox.nextDueMs()).toBeGreaterThan(Date.now());
    await outbox.drain(Date.now());
    expect(seen).toHaveLength(1);
    const soon = Date.now() + 60_000;
    await outbox.drain(soon);
    expect(await outbox.drain(soon)).toBeUndefined();
    expect(seen).toEqual([letter, letter, letter]);
  });
});

it("[OB2] a letter posted in a transaction that fails was never written", async () => {
  await withOutbox(
    async () => "taken",
    async (outbox, storage) => {
      const broken = () =>
        storage.transactionSync(() => {
          outbox.post("there", { text: "hello" }, 0);
          throw new Error("no");
        });
      expect(broken).toThrow("no");
      expect(outbox.nextDueMs()).toBeUndefined();
    },
  );
});

it("[OB3] an answer after the wait still takes the letter out", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  await withOutbox(
    () => promise,
    async (outbox) => {
      const letter = outbox.post("slow", { text: "hello" }, 0);
      expect(await outbox.deliver([letter], 50)).toEqual({ answers: [], pending: 1 });
      resolve("late");
      await expect.poll(() => outbox.nextDueMs()).toBeUndefined();
    },
  );
});

it("[OB3] retries are further and further apart, up to half a minute", async () => {
  await withOutbox(
    async () => {
      throw new Error("away");
    },
    async (outbox) => {
      outbox.post("there", { text: "hello" }, 0);
      const waits: number[] = [];
      for (let i = 0; i < 7; i++) {
        const due = await outbox.drain(Number.MAX_SAFE_INTEGER);
        waits.push(Math.round(((due ?? 0) - Date.now()) / 1_000));
      }
      expect(waits).toEqual([3, 6, 12, 24, 30, 30, 30]);
    },
  );
});
