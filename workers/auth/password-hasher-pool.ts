import { log } from "../../contracts/log.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { PasswordHasher } from "./password-hasher.ts";

/** What is needed of the binding to the self-host's hash process. */
export type HashPool = { fetch(url: string, init: RequestInit): Promise<Response> };

const RETRY_MS_DEFAULT = 1_000;

/** argon2id in a process of its own, so that a burst of logins does not stall the rooms. Throws when it is not there. */
export function createPoolHasher(pool: HashPool): PasswordHasher {
  return {
    async hash(password) {
      const answer = await ask(pool, "hash", { password });
      return answer.ok ? readAnswer(answer.value.phc, "string") : answer;
    },
    async verify(password, phc) {
      const answer = await ask(pool, "verify", { password, phc });
      return answer.ok ? readAnswer(answer.value.matches, "boolean") : answer;
    },
  };
}

type Answer = { readonly phc?: unknown; readonly matches?: unknown };
type Primitives = { readonly string: string; readonly boolean: boolean };

async function ask(pool: HashPool, path: string, body: Readonly<Record<string, string>>): Promise<Reply<Answer>> {
  const response = await pool.fetch(`http://hasher/${path}`, { method: "POST", body: JSON.stringify(body) });
  if (response.ok) return ok(await response.json<Answer>());
  // Read to its end, so that the connection to the pool can be used again.
  await response.arrayBuffer();
  return response.status === 503 ? busy(response) : broken(`status ${response.status}`);
}

function busy(response: Response): Refusal {
  const seconds = Number(response.headers.get("Retry-After") ?? "");
  return fail("busy", undefined, seconds > 0 ? Math.ceil(seconds * 1_000) : RETRY_MS_DEFAULT);
}

function readAnswer<Kind extends keyof Primitives>(value: unknown, kind: Kind): Reply<Primitives[Kind]> {
  return isOf(value, kind) ? ok(value) : broken(`no ${kind} in the answer`);
}

function isOf<Kind extends keyof Primitives>(value: unknown, kind: Kind): value is Primitives[Kind] {
  return typeof value === kind;
}

function broken(reason: string): Refusal {
  log("error", "hash pool failed", { reason });
  return fail("unavailable");
}
