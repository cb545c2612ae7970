import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { ensureSchemathesis, type Schemathesis, withoutSchemathesis } from "../../scripts/schemathesis.ts";
import { call, request } from "../support/rest.ts";
import { Server } from "../support/server.ts";
import { type Found, runSchemathesis } from "./schemathesis.ts";
import { seed } from "./seed.ts";

type Caller = "user" | "administrator";
/** What is wrong is refused by the same gateway in either form: the services are asked what is right, by who may most. */
const callers: readonly Caller[] =
  process.env.EDGECHAT_FORM === "services" ? ["administrator"] : ["user", "administrator"];
type Run = { readonly found: Found; readonly meStatus: number };

/**
 * The operations that need not succeed here, each with why. All others do, because a run of refusals proves little; but
 * for those whose success is an upgrade, which API8 proves.
 */
const NEVER_ACCEPTED: ReadonlyMap<string, string> = new Map([
  ["DELETE /api/v1/rooms/{room}/invitations/{id}", "ids are random and met by chance only: RO8 proves it"],
]);

/** Requests an operation. `npm run test:api` asks for as many as it is told; the short form is part of every test run. */
const EXAMPLES: Readonly<Record<Caller, number>> =
  process.env.API_EXAMPLES === undefined
    ? { user: 2, administrator: 12 }
    : { user: Number(process.env.API_EXAMPLES), administrator: Math.ceil(1.5 * Number(process.env.API_EXAMPLES)) };
/** The user sends right and wrong requests, at every boundary of every schema; the administrator more of the right ones. */
const optionsOf: Readonly<Record<Caller, readonly string[]>> = {
  user: ["--phases", "examples,coverage,fuzzing", "--max-examples", `${EXAMPLES.user}`],
  administrator: ["--phases", "examples,fuzzing", "--mode", "positive", "--max-examples", `${EXAMPLES.administrator}`],
};
/** Without a seed every run asks the same. */
const SEED = process.env.API_SEED === undefined ? [] : ["--seed", process.env.API_SEED];
// Installing takes what the network takes; the runs grow with the examples.
const PREPARE_MS_MAX = 600_000 + EXAMPLES.user * 10_000;
const unlimited = Object.fromEntries(
  ["ATTEMPTS_PER_ADDRESS", "ATTEMPTS_PER_NAME", "SENDS_PER_USER", "SENDS_PER_ROOM"].map((name) => [name, "1000000"]),
);

const servers: Server[] = [];
const runs = new Map<Caller, Run>();
let missing: string | undefined;

beforeAll(async () => {
  const schemathesis = await ensureSchemathesis();
  if (!schemathesis.ok) {
    const { fails, message } = withoutSchemathesis(schemathesis.reason, process.env.CI);
    if (fails) throw new Error(message);
    console.warn(message);
    missing = message;
    return;
  }
  // A server for each: what one caller deletes, the other does not miss.
  await Promise.all(callers.map(async (caller) => void runs.set(caller, await runAs(caller, schemathesis))));
}, PREPARE_MS_MAX);
afterAll(() => Promise.all(servers.map((server) => server.stop())));

async function runAs(caller: Caller, schemathesis: Schemathesis): Promise<Run> {
  const server = await Server.start(unlimited);
  servers.push(server);
  const { url } = server;
  const { name, token } = await seed(url);
  if (caller === "administrator") {
    await call(url, "PUT", `/api/v1/admin/administrators/${name}`, { token: server.operatorToken() });
  }
  const options = [...optionsOf[caller], ...SEED];
  const found = await runSchemathesis(schemathesis, { url, token, options });
  return { found, meStatus: (await request(url, "GET", "/api/v1/accounts/me", { token })).status };
}

/** What a run found; the test is skipped where schemathesis is missing. */
function runOf(caller: Caller, context: TestContext): Run {
  context.skip(missing !== undefined, missing);
  const run = runs.get(caller);
  if (run === undefined) throw new Error(`no run as ${caller}`);
  return run;
}

describe.each(callers)("as %s", (caller) => {
  it("[API11] no answer is a 5xx and none is missing in the document", (context) => {
    expect(runOf(caller, context).found.faults).toBe("");
  });

  it("[API11] the caller was signed in from the first request to the last", (context) => {
    expect(runOf(caller, context).meStatus).toBe(200);
  });
});

// A dozen right requests an operation meet what is there by chance: it takes both callers to have met everything.
it.for(callers.length > 1 ? ["one of the callers"] : [])(
  "[API11] every operation answered a success to %s",
  async (_, context) => {
    const accepted = callers.flatMap((caller) => runOf(caller, context).found.accepted);
    const documented = await readOperations(servers[0]?.url ?? "");
    const never = [...documented].filter(
      ([name, { responses }]) => !(101 in responses) && !accepted.includes(name) && !NEVER_ACCEPTED.has(name),
    );
    expect(never.map(([name]) => name)).toEqual([]);
    expect([...documented.keys()]).toEqual(expect.arrayContaining([...NEVER_ACCEPTED.keys()]));
  },
);

type Operation = { readonly responses: object };

/** The operations of the served document by the names that schemathesis gives them. */
async function readOperations(url: string): Promise<ReadonlyMap<string, Operation>> {
  type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  const { paths } = await call<Document>(url, "GET", "/api/v1/openapi.json");
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    ),
  );
}
