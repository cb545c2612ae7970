import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describeError } from "../contracts/log.ts";
import { readTokenKeys } from "../contracts/token.ts";

const OWNER_ONLY = 0o600;
const SECRET_BYTES = 32;

/** Where a data folder keeps its signing secret. */
export function tokenKeysPath(dataDir: string): string {
  return join(dataDir, "token-keys");
}

/** The data folder's signing secret, made on the first start. Nobody but the owner may read its file. [SH3] */
export function ensureTokenKeys(dataDir: string): string {
  const path = tokenKeysPath(dataDir);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) writeTokenKeys(path);
  chmodSync(path, OWNER_ONLY);
  return readTokenKeysFile(path);
}

/** The signing secret of a data folder that exists. Throws and names the file when it is missing or damaged. */
export function readTokenKeysFile(path: string): string {
  try {
    const text = readFileSync(path, "utf8").trim();
    readTokenKeys(text);
    return text;
  } catch (error) {
    throw new Error(`cannot use the signing secret in ${path}: ${describeError(error)}`);
  }
}

// Written aside, synced and renamed: a crash leaves either no secret or a whole one.
function writeTokenKeys(path: string): void {
  const aside = `${path}.new`;
  rmSync(aside, { force: true });
  const file = openSync(aside, "wx", OWNER_ONLY);
  writeSync(file, `1:${randomBytes(SECRET_BYTES).toString("base64url")}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(aside, path);
}
