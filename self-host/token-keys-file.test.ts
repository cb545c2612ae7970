import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readTokenKeys } from "../contracts/token.ts";
import { createTestFolder } from "./test-bundle.ts";
import { ensureTokenKeys, tokenKeysPath } from "./token-keys-file.ts";

it("[SH3] the first start makes a secret of 32 random bytes that only its owner may read", () => {
  const dataDir = createTestFolder();
  const text = ensureTokenKeys(dataDir);
  const [key] = readTokenKeys(text);
  expect(key?.id).toBe(1);
  expect(key?.secret).toHaveLength(32);
  expect(statSync(tokenKeysPath(dataDir)).mode & 0o777).toBe(0o600);
  expect(readdirSync(dataDir)).toEqual(["token-keys"]);
});

it("[SH3] later starts keep the secret, and two data folders have two", () => {
  const dataDir = createTestFolder();
  expect(ensureTokenKeys(dataDir)).toBe(ensureTokenKeys(dataDir));
  expect(ensureTokenKeys(dataDir)).not.toBe(ensureTokenKeys(createTestFolder()));
});

it("[SH3] a secret that others could read is closed to them", () => {
  const dataDir = createTestFolder();
  ensureTokenKeys(dataDir);
  chmodSync(tokenKeysPath(dataDir), 0o644);
  ensureTokenKeys(dataDir);
  expect(statSync(tokenKeysPath(dataDir)).mode & 0o777).toBe(0o600);
});

it("[SH3] a half-written secret of a start that was cut off is never used", () => {
  const dataDir = createTestFolder();
  writeFileSync(join(dataDir, "token-keys.new"), "1:ab");
  expect(readTokenKeys(ensureTokenKeys(dataDir))).toHaveLength(1);
});

it("[SH3] a damaged secret is refused by its file's name, kept as it is and not repeated", () => {
  const dataDir = createTestFolder();
  writeFileSync(tokenKeysPath(dataDir), "1:dG9vLXNob3J0");
  expect(() => ensureTokenKeys(dataDir)).toThrow(tokenKeysPath(dataDir));
  expect(() => ensureTokenKeys(dataDir)).not.toThrow("dG9vLXNob3J0");
  expect(readFileSync(tokenKeysPath(dataDir), "utf8")).toBe("1:dG9vLXNob3J0");
});
