import { expect, it } from "vitest";
import { samples } from "../../contracts/metrics.ts";
import { createHasher } from "./create-hasher.ts";
import type { PasswordHasher } from "./password-hasher.ts";
import { createPoolHasher, type HashPool } from "./password-hasher-pool.ts";
import { createWasmHasher } from "./password-hasher-wasm.ts";

// Made by node:crypto's argon2 for these passwords, so that every implementation is held to the same bytes.
const KNOWN = [
  ["correct horse", "G/bFSWjBTx+oD5UAxzUD+cpH7AFcbWp48NzvOCVG3rM"],
  ["пароль-длинный 😀", "00TJdhPGIJir00jy0OYS/eSoQ10uV8E+dptkFxFsNwQ"],
  ["nul\0inside", "ex6ijawsvybEkzkawwFxndl0MH5ZosS3aJ+iWDLs8MU"],
].map(([password = "", hash]) => ({ password, phc: `$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlIHNsdA$${hash}` }));

// Stands for the self-host's process: the same protocol over a Fetcher.
function fakePool(): HashPool {
  const wasm = createWasmHasher();
  return {
    async fetch(url, { body }) {
      const { password, phc } = await new Response(body ?? null).json<Record<string, string>>();
      if (url === "http://hasher/hash") {
        const hashed = await wasm.hash(password ?? "");
        return Response.json({ phc: hashed.ok ? hashed.value : null });
      }
      const verified = await wasm.verify(password ?? "", phc ?? "");
      return Response.json({ matches: verified.ok ? verified.value : null });
    },
  };
}

const implementations: readonly (readonly [string, () => PasswordHasher])[] = [
  ["wasm", createWasmHasher],
  ["pool", () => createPoolHasher(fakePool())],
];

for (const [name, create] of implementations) {
  it(`[AC7] ${name}: a hash is argon2id at OWASP's minimum with a salt of its own`, async () => {
    const hasher = create();
    const [one, two] = [await hasher.hash("correct horse"), await hasher.hash("correct horse")];
    expect(one).toMatchObject({ ok: true, value: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) });
    expect(one).not.toEqual(two);
    expect(one.ok && (await hasher.verify("correct horse", one.value))).toEqual({ ok: true, value: true });
    expect(one.ok && (await hasher.verify("correct horsf", one.value))).toEqual({ ok: true, value: false });
  });

  it(`[AC7] ${name}: reads hashes of any implementation, whatever script or control character the password has`, async () => {
    const hasher = create();
    for (const { password, phc } of KNOWN)
      expect(await hasher.verify(password, phc)).toEqual({ ok: true, value: true });
  });

  it(`[AC7] ${name}: the whole password counts, to its last byte and no further`, async () => {
    const hasher = create();
    const cyrillic = await hasher.hash("пароль12");
    for (const other of ["парольXX", "пароль1", "пароль12\0", "пароль123", "паро"]) {
      expect(cyrillic.ok && (await hasher.verify(other, cyrillic.value))).toEqual({ ok: true, value: false });
    }
  });
}

it("[AC7] a full pool is busy for as long as it says", async () => {
  const full = createPoolHasher({
    fetch: async () => new Response("full", { status: 503, headers: { "Retry-After": "3" } }),
  });
  expect(await full.hash("x")).toMatchObject({ ok: false, failure: "busy", retryAfterMs: 3_000 });
  expect(await full.verify("x", "y")).toMatchObject({ ok: false, failure: "busy", retryAfterMs: 3_000 });
});

it("[AC7] a pool that answers nonsense verifies nothing", async () => {
  for (const answer of [() => Response.json({ matches: "yes" }), () => new Response("", { status: 500 })]) {
    const pool = createPoolHasher({ fetch: async () => answer() });
    expect(await pool.verify("x", "y")).toMatchObject({ ok: false, failure: "unavailable" });
    expect(await pool.hash("x")).toMatchObject({ ok: false, failure: "unavailable" });
  }
});

it("[AC7] every hash is timed", async () => {
  const timed = () =>
    samples(0).find(({ name, suffix }) => name.endsWith("hash_seconds") && suffix === "_count")?.value ?? 0;
  const before = timed();
  await createHasher({}).hash("x");
  expect(timed()).toBe(before + 1);
});
