import { createHash } from "node:crypto";
import { limits } from "../../contracts/limits.ts";
import type { StoredPassword } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { PasswordHasher } from "./password-hasher.ts";

/** Who has no account is checked against this, so that an unknown name costs what a known one does. [AC6] */
const NOBODY: StoredPassword = {
  scheme: "argon2id",
  phc: "$argon2id$v=19$m=19456,t=2,p=1$aZ71sWRxTXldLe4qdsJAvg$ydr8z2OvtInKp3wKsfuXueLijPHxxbFO7mc8mrg0qjI",
};

/** Reads a password: any well-formed text of 1 to 128 characters. The native API asks for 8 besides. [AC5] */
export function parsePassword(text: string): Reply<string> {
  if (!text.isWellFormed()) return fail("badRequest", "the password is not well-formed Unicode");
  const chars = Array.from(text).length;
  return chars >= 1 && chars <= limits.PASSWORD_CHARS_MAX
    ? ok(text)
    : fail("badRequest", `a password has 1 to ${limits.PASSWORD_CHARS_MAX} characters`);
}

/** Whether the password is the stored one; for null the answer is no, at the same cost of one argon2id. [AC6] [AC8] */
export async function verifyPassword(
  hasher: PasswordHasher,
  password: string,
  stored: StoredPassword | null,
): Promise<Reply<boolean>> {
  const { scheme, phc } = stored ?? NOBODY;
  const secret = scheme === "argon2id-gochat-sha1" ? sha1Hex(password) : password;
  const matches = await hasher.verify(secret, phc);
  return matches.ok ? ok(matches.value && stored !== null) : matches;
}

function sha1Hex(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
