import initialize from "@phi-ag/argon2/node";
import { expect, it } from "vitest";
import { hashPassword, parsePasswordHash, verifyPassword } from "./password-hash.ts";

const wasm = await initialize();
const passwords = ["demo", "", "pässwörd 🔑", "x".repeat(128), "nul\0inside"];
// @phi-ag/argon2 hashes as many bytes as the text has UTF-16 units; the worker pads it in the same way.
const padded = (password: string) => password + "\0".repeat(Buffer.byteLength(password) - password.length);
const parse = (phc: string) => parsePasswordHash(phc) ?? expect.unreachable(`not read: ${phc}`);

it("[SH10] a password is kept as argon2id at 19 MiB, 2 passes, 1 lane, with a salt of its own", async () => {
  const [one, two] = await Promise.all([hashPassword("demo"), hashPassword("demo")]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(one).not.toBe(two);
});

it.each(passwords)("[SH10] the worker's WebAssembly verifies what the pool hashed: %j", async (password) => {
  const phc = await hashPassword(password);
  expect(wasm.tryVerify(phc, padded(password)).success).toBe(true);
  expect(wasm.tryVerify(phc, padded(`${password}x`)).success).toBe(false);
});

it.each(passwords)("[SH10] the pool verifies what the worker's WebAssembly hashed: %j", async (password) => {
  const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 };
  const hash = parse(wasm.hash(padded(password), options).encoded);
  expect(await verifyPassword(password, hash)).toBe(true);
  expect(await verifyPassword(`${password}x`, hash)).toBe(false);
});

const salt = "c29tZXNhbHRzb21lc2FsdA";
const key = "dPq1aNFXrVGaHGpTrcPdSJHnHmrLLLnDJQTsOjNJKkk";
it.each([
  "",
  "$",
  "demo",
  `$argon2i$v=19$m=19456,t=2,p=1$${salt}$${key}`,
  `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${key}`,
  `$argon2id$m=19456,t=2,p=1$${salt}$${key}`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}`,
  `$argon2id$v=19$m=99999999,t=2,p=1$${salt}$${key}`,
  `$argon2id$v=19$m=19456,t=99,p=1$${salt}$${key}`,
  `$argon2id$v=19$m=4,t=2,p=1$${salt}$${key}`,
  `$argon2id$v=19$m=x,t=2,p=1$${salt}$${key}`,
  `$argon2id$v=19$t=2,p=1$${salt}$${key}`,
  `$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$${key}`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}$c2hvcnQ`,
])("[SH10] what is not our kind of hash is refused before any work: %s", (phc) => {
  expect(parsePasswordHash(phc)).toBeNull();
});
