import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { encodeToken, readTokenKeys } from "../../contracts/token.ts";

/** Speaks to a running server as its operator. */
export type OperatorClient = {
  /** The answer's JSON. Throws with the server's own words when it refuses. */
  request(method: "POST" | "PUT", path: string, body?: object): Promise<unknown>;
};

const TOKEN_MS = 5 * 60_000;
const BUSY_TRIES_MAX = 20;
const BUSY_SECONDS_MAX = 30;

/** A client that signs each request with a token of five minutes, made from the server's own secret. [SH14] */
export function createOperatorClient(url: string, tokenKeys: string): OperatorClient {
  const keys = readTokenKeys(tokenKeys);
  return {
    async request(method, path, body) {
      for (let tries = 1; ; tries++) {
        const response = await send(`${url}/api/v1${path}`, method, newToken(keys), body);
        if (response.ok) return await response.json();
        const wait = Number(response.headers.get("retry-after"));
        if (!(wait > 0) || tries === BUSY_TRIES_MAX) throw new Error(await explain(response));
        await response.body?.cancel();
        await delay(Math.min(wait, BUSY_SECONDS_MAX) * 1000);
      }
    },
  };
}

function newToken(keys: ReturnType<typeof readTokenKeys>): string {
  const sessionId = randomBytes(16).toString("hex");
  return encodeToken({ userId: 0, sessionId, expiresAtMs: Date.now() + TOKEN_MS, kind: "operator" }, keys);
}

async function send(url: string, method: string, token: string, body: object | undefined): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  try {
    return await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`no server answers at ${new URL(url).origin} (${cause}): start it, or give --url`);
  }
}

async function explain(response: Response): Promise<string> {
  const text = await response.text();
  const detail = detailOf(text) ?? text.slice(0, 200);
  const hint = response.status === 401 ? ". Is TOKEN_KEYS or DATA_DIR the one of this server?" : "";
  return `the server refused (${response.status}): ${detail}${hint}`;
}

function detailOf(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: string };
    return detail;
  } catch {
    return undefined;
  }
}
