import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Account, toAccounts } from "../model/ladder-users.ts";
import { startEdge } from "../run/edge.ts";
import { CannotRunError } from "../run/failures.ts";
import { startOrigin } from "../run/origin.ts";
import type { LadderOptions, Remote } from "./arguments.ts";
import { logInAs } from "./room-log.ts";
import { toRungs } from "./rungs.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/** Where the ladder climbs: `pid` is the product's supervisor when it was started here. */
export type Place = Remote & { readonly pid: number | null; end(): Promise<void> };

/** Starts the product with the tester's users, and the origin where gRPC is asked for; or looks whether a remote one has them. */
export async function openPlace(options: LadderOptions): Promise<Place> {
  if (options.remote === null) return await startPlace(options);
  for (const account of lastUsers(options)) await logInAs(options.remote.url, account);
  return { ...options.remote, pid: null, end: async () => {} };
}

/** Of each set of users that is asked for the last one: who has it has those before it. */
function lastUsers({ form, kinds, users, settings }: LadderOptions): readonly Account[] {
  const accounts = toRungs(form, kinds, users, settings.userCount).flatMap((rung) =>
    toAccounts(rung.userSet, rung.users).slice(-1),
  );
  return [...new Map(accounts.map((account) => [account.username, account])).values()];
}

async function startPlace({ form, transports }: LadderOptions): Promise<Place> {
  const edge = await startEdge({ form });
  try {
    await seed(edge.url, edge.dataDir);
    const origin = transports.includes("grpc") ? await startOrigin("grpc", edge) : null;
    const end = async () => {
      await origin?.end();
      await edge.end();
    };
    const addr = (contract: string) => addressOf(origin?.ports ?? {}, contract);
    return { url: edge.url, loginAddr: addr("auth"), gatewayAddr: addr("gateway"), pid: edge.pid, end };
  } catch (error) {
    await edge.end();
    throw error;
  }
}

/** The administrator's command, as somebody does by hand for a product that is elsewhere. */
async function seed(url: string, dataDir: string): Promise<void> {
  const args = ["self-host/admin.ts", "create-users", "--tester", "--url", url];
  try {
    await run(process.execPath, args, { cwd: root, env: { ...process.env, DATA_DIR: dataDir } });
  } catch (error) {
    throw new CannotRunError(
      `the tester's users could not be created: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function addressOf(ports: Readonly<Record<string, number>>, contract: string): string {
  const found = Object.entries(ports).find(([name]) => name.endsWith(contract));
  return found === undefined ? "" : `127.0.0.1:${found[1]}`;
}
