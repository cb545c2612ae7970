import { expect, it } from "vitest";
import { CountingPool, credentials, freshName, testAuth } from "./test-auth.ts";

it("[AT3] forty logins at once with the right password all succeed", async () => {
  const auth = testAuth({ HASHER: new CountingPool() });
  const who = credentials(freshName());
  await auth.register(who);
  const replies = await Promise.all(Array.from({ length: 40 }, () => auth.login(who)));
  expect(replies.filter(({ ok }) => ok)).toHaveLength(40);
});

it("[AT1] forty guesses at once are answered as often as the limit says, and no more", async () => {
  const auth = testAuth({ HASHER: new CountingPool() });
  const who = credentials(freshName());
  await auth.register(who);
  const guesses = await Promise.all(
    Array.from({ length: 40 }, (_, i) => auth.login({ ...who, password: `guess ${i}` })),
  );
  expect(guesses.filter((reply) => !reply.ok && reply.failure === "credentials")).toHaveLength(10);
  expect(guesses.filter((reply) => !reply.ok && reply.failure === "rateLimited")).toHaveLength(30);
});
