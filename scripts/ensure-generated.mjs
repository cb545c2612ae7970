// Code of contracts/proto, made again when the contracts have changed. Plain JavaScript: it runs before every command.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const protos = readdirSync(file("contracts/proto")).map((name) => `contracts/proto/${name}`);
const sources = ["buf.gen.yaml", "package-lock.json", ...protos.sort()];
const hash = createHash("sha256");
for (const name of sources) hash.update(`${name}\n`).update(readFileSync(file(name)));
const wanted = hash.digest("hex");
const stamp = file("contracts/gen/.sources");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  const env = { ...process.env, PATH: `${file("node_modules/.bin")}:${process.env.PATH}` };
  const { status, error } = spawnSync("buf", ["generate"], { cwd: file("."), env, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, wanted);
}
