import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { parseToken, readTokenKeys } from "../../contracts/token.ts";
import { createTestFolder } from "../test-bundle.ts";
import { ensureTokenKeys } from "../token-keys-file.ts";
import { runAdmin } from "./run-admin.ts";

type Call = { readonly method: string; readonly path: string; readonly token: string; readonly body: unknown };
type Answer = { readonly status: number; readonly body: unknown; readonly retryAfter?: string };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(answer: (call: Call, number: number) => Answer) {
  const calls: Call[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = request.method === "POST" ? await json(request) : undefined;
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    const call = { method: request.method ?? "", path: request.url ?? "", token, body };
    const result = answer(call, calls.push(call));
    response.writeHead(result.status, result.retryAfter === undefined ? {} : { "retry-after": result.retryAfter });
    response.end(JSON.stringify(result.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { calls, port: String(port) };
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const out: string[] = [];
  const error: string[] = [];
  const output = { out: (line: string) => void out.push(line), error: (line: string) => void error.push(line) };
  return { code: await runAdmin(args, env, output), out, error: error.join("\n") };
}

const created = ({ body }: Call): Answer => {
  const { userNames = [], accounts = [] } = body as { readonly userNames?: unknown[]; readonly accounts?: unknown[] };
  return { status: 200, body: { created: userNames.length + accounts.length, refused: [] } };
};
const createUsers = (count: number) => ["create-users", "--prefix", "p", "--count", `${count}`, "--password", "demo"];

it("[SH14] users are created in chunks, by an operator's token of five minutes", async () => {
  const { calls, port } = await serve(created);
  const dataDir = createTestFolder();
  const keys = readTokenKeys(ensureTokenKeys(dataDir));
  const result = await run(createUsers(1_200), { PORT: port, DATA_DIR: dataDir });
  expect(result).toEqual({ code: 0, out: ["created 1200, refused 0"], error: "" });
  expect(calls.map(({ path }) => path)).toEqual(Array(3).fill("/api/v1/admin/users"));
  const token = parseToken(calls[0]?.token ?? "", keys, Date.now());
  expect(token).toMatchObject({ ok: true, value: { userId: 0, kind: "operator" } });
  expect(parseToken(calls[0]?.token ?? "", keys, Date.now() + 5 * 60_000)).toMatchObject({ ok: false });
});

it("[UP12] the origin's token is made without a server, from the secret, and speaks for no user", async () => {
  const dataDir = createTestFolder();
  const keys = readTokenKeys(ensureTokenKeys(dataDir));
  const { code, out } = await run(["origin-token", "--days", "2"], { DATA_DIR: dataDir });
  const [token = ""] = out;
  expect([code, out.length]).toEqual([0, 1]);
  expect(parseToken(token, keys, Date.now() + 86_400_000)).toMatchObject({ value: { userId: 0, kind: "origin" } });
  expect(parseToken(token, keys, Date.now() + 2 * 86_400_000 + 1)).toMatchObject({ ok: false });
});

it("[SH15] gochat's accounts are imported from a file", async () => {
  const { calls, port } = await serve(created);
  const dataDir = createTestFolder();
  ensureTokenKeys(dataDir);
  const path = join(dataDir, "users.csv");
  const sha1 = "89e495e7941cf9e40e6980d14a16bf023ccd4c91";
  writeFileSync(path, `name,sha1\nann,${sha1}\n`);
  expect(await run(["import-gochat", path], { PORT: port, DATA_DIR: dataDir })).toMatchObject({ code: 0 });
  expect(calls).toMatchObject([
    { method: "POST", path: "/api/v1/admin/users/import", body: { accounts: [{ userName: "ann", sha1 }] } },
  ]);
});

it("[SH14] a name becomes part of the path, whatever it holds", async () => {
  const { calls, port } = await serve(() => ({ status: 200, body: { id: 1, name: "a/b" } }));
  const env = { PORT: port, TOKEN_KEYS: `1:${"k".repeat(43)}` };
  expect(await run(["make-admin", "a/b ?"], env)).toMatchObject({ code: 0, out: ["a/b ? is an administrator"] });
  expect(calls).toMatchObject([{ method: "PUT", path: "/api/v1/admin/administrators/a%2Fb%20%3F" }]);
});

it("[SH14] accounts that are refused are named, and the exit code says so", async () => {
  const refused = [{ userName: "p0", message: "this name is taken" }];
  const { port } = await serve(() => ({ status: 200, body: { created: 1, refused } }));
  const result = await run(createUsers(2), { PORT: port, TOKEN_KEYS: `1:${"k".repeat(43)}` });
  expect(result).toEqual({ code: 3, out: ["created 1, refused 1"], error: "refused p0: this name is taken" });
});

it("[SH14] a server that is busy is asked again after the time that it says", async () => {
  const busy = { status: 503, body: {}, retryAfter: "0.01" };
  const { calls, port } = await serve((call, number) => (number === 1 ? busy : created(call)));
  const result = await run(createUsers(1), { PORT: port, TOKEN_KEYS: `1:${"k".repeat(43)}` });
  expect(result).toMatchObject({ code: 0, out: ["created 1, refused 0"] });
  expect(calls).toHaveLength(2);
});

it("[SH14] what goes wrong is said in words: no server, no secret, a wrong secret, a wrong address", async () => {
  const { port } = await serve(() => ({ status: 401, body: { detail: "Session error" } }));
  const env = { PORT: port, TOKEN_KEYS: `1:${"k".repeat(43)}` };
  const refused = await run(["make-admin", "ann"], env);
  expect(refused).toMatchObject({
    code: 1,
    error: expect.stringContaining("refused (401): Session error. Is TOKEN_KEYS"),
  });
  const nobody = await run(["make-admin", "ann", "--url", "http://127.0.0.1:1"], env);
  expect(nobody).toMatchObject({ code: 1, error: expect.stringContaining("no server answers at http://127.0.0.1:1") });
  const noSecret = await run(["make-admin", "ann"], { DATA_DIR: createTestFolder() });
  expect(noSecret).toMatchObject({ code: 1, error: expect.stringContaining("cannot use the signing secret in") });
  const wrongUrl = await run(["make-admin", "ann", "--url", "localhost:80"], env);
  expect(wrongUrl).toMatchObject({ code: 2, error: expect.stringContaining("--url is an address") });
});
