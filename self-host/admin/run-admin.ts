import { readFileSync } from "node:fs";
import { limits } from "../../contracts/limits.ts";
import type { BulkResult } from "../../contracts/services.ts";
import { toUrl } from "../readiness.ts";
import { readServerSettings } from "../server-settings.ts";
import { readTokenKeysFile, tokenKeysPath } from "../token-keys-file.ts";
import { sendInChunks } from "./bulk.ts";
import { type Command, parseInvocation, UsageError, type UserSet, usage } from "./command.ts";
import { parseGochatCsv } from "./gochat-csv.ts";
import { createOperatorClient, type OperatorClient } from "./operator-client.ts";
import { newOriginToken } from "./origin-token.ts";

type Env = Readonly<Record<string, string | undefined>>;
type ServerCommand = Exclude<Command, { readonly type: "origin-token" }>;
type Output = { out(line: string): void; error(line: string): void };

const EXIT = { done: 0, failed: 1, usage: 2, refused: 3 } as const;
/** Each imported account costs a hash of its own: smaller requests answer within seconds. */
const IMPORT_CHUNK = 100;
const terminal: Output = { out: (line) => console.log(line), error: (line) => console.error(line) };

/** Runs one command of the administrator on a running server and returns the exit code. [SH14] */
export async function runAdmin(args: readonly string[], env: Env, output: Output = terminal): Promise<number> {
  try {
    const { command, url } = parseInvocation(args);
    const { host, port, dataDir } = readServerSettings(env);
    const tokenKeys = env.TOKEN_KEYS || readTokenKeysFile(tokenKeysPath(dataDir));
    if (command.type === "origin-token") {
      output.out(newOriginToken(tokenKeys, command.days));
      return EXIT.done;
    }
    return await runCommand(command, createOperatorClient(toOrigin(url ?? toUrl(host, port)), tokenKeys), output);
  } catch (error) {
    output.error(`edgechat admin: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof UsageError)) return EXIT.failed;
    output.error(usage);
    return EXIT.usage;
  }
}

async function runCommand(command: ServerCommand, client: OperatorClient, output: Output): Promise<number> {
  switch (command.type) {
    case "make-admin":
      await client.request("PUT", `/admin/administrators/${encodeURIComponent(command.name)}`);
      output.out(`${command.name} is an administrator`);
      return EXIT.done;
    case "create-users":
      return report(await createUsers(client, command.sets), output);
    case "import-gochat": {
      const accounts = parseGochatCsv(readFileSync(command.path, "utf8"));
      const path = "/admin/users/import";
      return report(await sendInChunks(client, path, accounts, IMPORT_CHUNK, (chunk) => ({ accounts: chunk })), output);
    }
  }
}

async function createUsers(client: OperatorClient, sets: readonly UserSet[]): Promise<BulkResult> {
  let [created, refused]: [number, BulkResult["refused"]] = [0, []];
  for (const { userNames, password } of sets) {
    const toBody = (chunk: readonly string[]) => ({ userNames: chunk, password });
    const result = await sendInChunks(client, "/admin/users", userNames, limits.BULK_ACCOUNTS_MAX, toBody);
    created += result.created;
    refused = [...refused, ...result.refused];
  }
  return { created, refused };
}

function report({ created, refused }: BulkResult, output: Output): number {
  for (const { userName, message } of refused) output.error(`refused ${userName}: ${message}`);
  output.out(`created ${created}, refused ${refused.length}`);
  return refused.length === 0 ? EXIT.done : EXIT.refused;
}

function toOrigin(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(`--url is an address like http://127.0.0.1:8080, got ${JSON.stringify(url)}`);
  }
  return url.replace(/\/+$/, "");
}
