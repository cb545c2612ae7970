import { Buffer } from "node:buffer";
import Argon2 from "@phi-ag/argon2";
import module from "@phi-ag/argon2/argon2.wasm";
import { ok } from "../../contracts/reply.ts";
import type { PasswordHasher } from "./password-hasher.ts";

// OWASP's minimum for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 } as const;

// One instance an isolate: its memory grows to one hash and is used again, since hashing never yields.
let loaded: Argon2 | undefined;

/** argon2id in this isolate, one after the other. */
export function createWasmHasher(): PasswordHasher {
  return {
    async hash(password) {
      return ok(load().hash(withByteLength(password), PARAMETERS).encoded);
    },
    async verify(password, phc) {
      return ok(load().tryVerify(phc, withByteLength(password)).success);
    },
  };
}

// Synchronously: a promise that another request made must not be awaited on Cloudflare.
function load(): Argon2 {
  loaded ??= new Argon2(new WebAssembly.Instance(module));
  return loaded;
}

/**
 * @phi-ag/argon2 0.5.28 hashes the first `password.length` bytes of the UTF-8 text: of Cyrillic, half of it. Padded so
 * that its length is that of its bytes, all of the password counts and none of the padding. [AC7]
 */
function withByteLength(password: string): string {
  return password + "\0".repeat(Buffer.byteLength(password) - password.length);
}
