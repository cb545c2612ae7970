import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// `npm run dev` signs tokens with a secret of its own; git ignores the files, and only their owner may read them. The
// four workers of `npm run dev:services` share the monolith's.
const root = join(import.meta.dirname, "..");
const path = join(root, ".dev.vars");
const secret = randomBytes(32).toString("base64url");
keep(path, `TOKEN_KEYS="1:${secret}"\n`);
for (const service of ["auth", "chat", "gateway"]) {
  keep(
    join(root, "workers", service, ".dev.vars"),
    `${readFileSync(path, "utf8").trim()}\nENVIRONMENT="development"\n`,
  );
}

function keep(file: string, text: string): void {
  if (!existsSync(file)) writeFileSync(file, text, { mode: 0o600, flag: "wx" });
}
