import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// `npm run dev` signs tokens with a secret of its own; git ignores the file, and only its owner may read it.
const path = join(import.meta.dirname, "..", ".dev.vars");
const secret = randomBytes(32).toString("base64url");
if (!existsSync(path)) writeFileSync(path, `TOKEN_KEYS="1:${secret}"\n`, { mode: 0o600, flag: "wx" });
