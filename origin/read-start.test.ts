import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { parseToken, readTokenKeys } from "../contracts/token.ts";
import { readOriginToken } from "./origin-token.ts";
import { readStart } from "./read-start.ts";

const SECRET = `1:${Buffer.alloc(32, 7).toString("base64url")}`;
const DAY_MS = 86_400_000;

function createDataDir(keys: string): string {
  const dataDir = mkdtempSync(join(tmpdir(), "edgechat-origin-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  writeFileSync(join(dataDir, "token-keys"), `${keys}\n`);
  return dataDir;
}

it("[OR2] ORIGIN_TOKEN is taken as it is; an empty one counts as not set", () => {
  expect(readOriginToken({ ORIGIN_TOKEN: "given", DATA_DIR: "/nowhere" }, 0)).toBe("given");
  expect(() => readOriginToken({ ORIGIN_TOKEN: "", DATA_DIR: "/nowhere" }, 0)).toThrow("ORIGIN_TOKEN");
});

it("[OR2] beside the edge's data folder a token is made of its secret: kind origin, nobody's, for a year", () => {
  const token = readOriginToken({ DATA_DIR: createDataDir(SECRET) }, 1_000);
  expect(parseToken(token, readTokenKeys(SECRET), 1_000)).toMatchObject({
    ok: true,
    value: { kind: "origin", userId: 0, expiresAtMs: 1_000 + 365 * DAY_MS },
  });
});

it("[OR2] a damaged secret is named by its file and not repeated", () => {
  const dataDir = createDataDir("1:dG9vLXNob3J0");
  expect(() => readOriginToken({ DATA_DIR: dataDir }, 0)).toThrow(join(dataDir, "token-keys"));
  expect(() => readOriginToken({ DATA_DIR: dataDir }, 0)).not.toThrow("dG9vLXNob3J0");
});

it.each([
  [[], "all", ["tcp", "grpc"]],
  [["all"], "all", ["tcp", "grpc"]],
  [["tcp"], "tcp", ["tcp"]],
  [["grpc"], "grpc", ["grpc"]],
] as const)("[OR1] the command line says what the process serves: %j", (args, role, roles) => {
  expect(readStart(args, { ORIGIN_TOKEN: "t" }, 0)).toMatchObject({ role, roles, token: "t" });
});

it.each([[["udp"]], [["tcp", "grpc"]], [["--all"]]])("[OR1] any other command line is refused: %j", (args) => {
  expect(() => readStart(args, { ORIGIN_TOKEN: "t" }, 0)).toThrow(/usage|Unknown option/);
});

it.each([
  ["EDGE_URL", "ftp://x"],
  ["REPLICA_ID", "a b"],
  ["REDIS_URL", "http://user:hunter2@x"],
  ["TCP_PORTS", "7001,70020"],
  ["OPERATIONS_PORT", "-1"],
  ["GRPC_CHAT_PORT", "x"],
  ["TRUSTED_PROXIES", "10.0.0.0/99"],
  ["ORIGIN_TOKEN", "a\nb"],
])("[OR1] a wrong %s is named, and what may be a password is not repeated", (name, value) => {
  const read = () => readStart([], { ORIGIN_TOKEN: "t", [name]: value }, 0);
  expect(read).toThrow(name);
  expect(read).not.toThrow("hunter2");
});
