import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeToken, readTokenKeys } from "../contracts/token.ts";

const DAY_MS = 86_400_000;
/** A process that runs longer is told by its uplink, and started anew by its supervisor. */
const LIFE_MS = 365 * DAY_MS;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The origin's own token: ORIGIN_TOKEN, or one made from the secret of the edge's data folder on the same machine. Throws
 * and says what to do when there is neither; a secret is never part of what it says. [OR2]
 */
export function readOriginToken(env: Env, nowMs: number): string {
  if (env.ORIGIN_TOKEN) return checkWord(env.ORIGIN_TOKEN);
  const path = join(env.DATA_DIR || ".data", "token-keys");
  if (!existsSync(path)) {
    throw new Error(
      `set ORIGIN_TOKEN ("npm run admin -- origin-token" prints one), or DATA_DIR to the edge's data folder: there is no ${path}`,
    );
  }
  const sessionId = randomBytes(16).toString("hex");
  return encodeToken({ kind: "origin", userId: 0, sessionId, expiresAtMs: nowMs + LIFE_MS }, readKeys(path));
}

/** A token travels in a header: one that cannot would fail there with a message that names no setting. */
function checkWord(token: string): string {
  if (!/^[!-~]+$/.test(token)) throw new Error("ORIGIN_TOKEN must be one word: a line break or a space came with it");
  return token;
}

function readKeys(path: string) {
  try {
    return readTokenKeys(readFileSync(path, "utf8").trim());
  } catch (error) {
    throw new Error(`cannot use the signing secret in ${path}`, { cause: error });
  }
}
