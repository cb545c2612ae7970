import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { ok } from "../../contracts/reply.ts";
import { withSlot } from "./sign-in-slots.ts";
import { credentials, freshName, testAuth } from "./test-auth.ts";

it("[AC15] past the slots a sign-in is busy and asks nobody, and a slot that is free again is taken", async () => {
  const held = Promise.withResolvers<void>();
  const holding = Array.from({ length: limits.SIGN_INS_MAX }, () => withSlot(async () => ok(await held.promise)));
  const nobody = { getByName: () => expect.unreachable("an object was asked") };
  const auth = testAuth({ USER: nobody, DIRECTORY: nobody, ATTEMPT: nobody });
  for (const refused of [auth.login(credentials(freshName())), auth.register(credentials(freshName()))]) {
    expect(await refused).toMatchObject({ ok: false, failure: "busy", retryAfterMs: expect.any(Number) });
  }
  held.resolve();
  await Promise.all(holding);
  expect(await withSlot(async () => ok(1))).toEqual(ok(1));
});

it("[AC15] work that fails gives its slot back", async () => {
  for (let i = 0; i <= limits.SIGN_INS_MAX; i++) {
    await expect(withSlot(() => Promise.reject(new Error("away")))).rejects.toThrow("away");
  }
});
