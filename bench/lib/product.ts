import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export type Form = "monolith" | "services";
/** A form of the built product under `npm start`'s supervisor, on a data folder and a port of its own. */
export type Product = {
  readonly form: Form;
  readonly url: string;
  readonly token: string;
  readonly dataDir: string;
  end(): Promise<void>;
};

const root = join(import.meta.dirname, "../..");

/**
 * Starts what `npm run build` left in dist/ and signs somebody in. Rejects, with what it said, when it ends instead.
 * Settings are environment variables.
 */
export async function startProduct(form: Form, settings: Readonly<Record<string, string>> = {}): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), "edgechat-bench-"));
  const env = { ...process.env, ...settings, HOST: "127.0.0.1", PORT: "0", DATA_DIR: dataDir };
  const args = ["self-host/start.ts", "--form", form, "--skip-build"];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  const stop = () => child.kill("SIGTERM");
  process.once("exit", stop);
  const url = await readUrl(child);
  return {
    form,
    url,
    token: await register(url, "bench"),
    dataDir,
    async end() {
      process.off("exit", stop);
      const gone = once(child, "exit");
      stop();
      await gone;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function readUrl({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("the server has no output");
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const lines: string[] = [];
  const reader = createInterface(stdout);
  reader.on("line", (line) => {
    const { event, url } = JSON.parse(line) as { readonly event?: string; readonly url?: string };
    if (event === "ready" && url !== undefined) resolve(url);
    else if (lines.length < 20) lines.push(line);
  });
  reader.on("close", () => reject(new Error(`the server ended:\n${lines.join("\n")}`)));
  return promise;
}

/** A new account; answers the token of its first session. */
export async function register(url: string, name: string): Promise<string> {
  const body = JSON.stringify({ name, password: "correct horse" });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/api/v1/accounts`, { method: "POST", headers, body });
  if (answer.status !== 201) throw new Error(`register: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { readonly token: string }).token;
}
