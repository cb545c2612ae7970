import { observe } from "../../contracts/metrics.ts";
import type { PasswordHasher } from "./password-hasher.ts";
import { createPoolHasher, type HashPool } from "./password-hasher-pool.ts";
import { createWasmHasher } from "./password-hasher-wasm.ts";

/** The self-host's pool where there is one, else WASM in this worker. Every call is timed. */
export function createHasher({ HASHER }: { readonly HASHER?: HashPool | undefined }): PasswordHasher {
  const hasher = HASHER === undefined ? createWasmHasher() : createPoolHasher(HASHER);
  return {
    hash: (password) => timed(() => hasher.hash(password)),
    verify: (password, phc) => timed(() => hasher.verify(password, phc)),
  };
}

async function timed<T>(work: () => Promise<T>): Promise<T> {
  const startedAtMs = performance.now();
  try {
    return await work();
  } finally {
    observe("edgechat_password_hash_seconds", (performance.now() - startedAtMs) / 1_000);
  }
}
