import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import phc from "@phc/format";

const derive = promisify(argon2);

/** argon2id at OWASP's minimum: 19 MiB, 2 passes, 1 lane. workers/auth hashes with the same. [SH10] */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
const SALT_BYTES = 16;
const VERSION = 19;
// A stored string of far higher cost would let one login stop all others.
const COST_MAX = { memory: 262_144, passes: 16, parallelism: 8, tagLength: 64 } as const;

/** A kept password, taken apart. */
export type PasswordHash = {
  readonly cost: { readonly memory: number; readonly passes: number; readonly parallelism: number };
  readonly salt: Buffer;
  readonly key: Buffer;
};

/** Hashes a password with a fresh salt, as a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive("argon2id", { ...COST, message: password, nonce: salt });
  const params = { m: COST.memory, t: COST.passes, p: COST.parallelism };
  return phc.serialize({ id: "argon2id", version: VERSION, params, salt, hash });
}

/** Whether the password is the one that was hashed. Takes as long for a wrong one. */
export async function verifyPassword(password: string, { cost, salt, key }: PasswordHash): Promise<boolean> {
  const hash = await derive("argon2id", { ...cost, tagLength: key.length, message: password, nonce: salt });
  return timingSafeEqual(hash, key);
}

/** Reads a PHC string of argon2id, or null when it is malformed, of another kind or beyond any cost of ours. */
export function parsePasswordHash(text: string): PasswordHash | null {
  let parts: ReturnType<typeof phc.deserialize>;
  try {
    parts = phc.deserialize(text);
  } catch {
    return null;
  }
  const { id, version, params = {}, salt, hash } = parts;
  const { m: memory, t: passes, p: parallelism } = params;
  if (id !== "argon2id" || version !== VERSION || salt === undefined || hash === undefined) return null;
  if (!isWithin(parallelism, 1, COST_MAX.parallelism) || !isWithin(passes, 1, COST_MAX.passes)) return null;
  if (!isWithin(memory, 8 * parallelism, COST_MAX.memory)) return null;
  if (!isWithin(salt.length, 8, 64) || !isWithin(hash.length, 16, COST_MAX.tagLength)) return null;
  return { cost: { memory, passes, parallelism }, salt, key: hash };
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}
