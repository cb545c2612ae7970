import type { IncomingMessage, ServerResponse } from "node:http";
import { hashPassword, type PasswordHash, parsePasswordHash, verifyPassword } from "./password-hash.ts";
import type { WorkQueue } from "./work-queue.ts";

/** 128 characters of a password take 512 bytes at most; the rest is room for JSON's escapes and a PHC string. */
const REQUEST_BYTES_MAX = 8_192;

type Work =
  | { readonly type: "hash"; readonly password: string }
  | { readonly type: "verify"; readonly password: string; readonly hash: PasswordHash };
type Answer = { readonly status: number; readonly body: object; readonly retryAfterSeconds?: number };

/** Answers POST /hash {password} and POST /verify {password, phc}; see workers/auth for the caller. [SH10] [SH11] */
export function createHashHandler(queue: WorkQueue): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(queue, request, response).then(
      (result) => reply(response, result),
      () => reply(response, { status: 500, body: { error: "the hash failed" } }),
    );
  };
}

async function answer(queue: WorkQueue, request: IncomingMessage, response: ServerResponse): Promise<Answer> {
  if (request.method !== "POST") return refuse(405, "POST only");
  const text = await readText(request);
  if (text === null) return refuse(413, "the request is too large");
  const work = parseWork(request.url ?? "", text);
  if (work === null) return refuse(400, "send {password} to /hash or {password, phc} to /verify");
  const result = await queue.run(
    () => run(work),
    () => response.destroyed,
  );
  if (result === "gone") return refuse(499, "the caller went away");
  if ("value" in result) return { status: 200, body: result.value };
  return { ...refuse(503, "too many passwords wait"), retryAfterSeconds: result.retryAfterSeconds };
}

async function run(work: Work): Promise<object> {
  if (work.type === "hash") return { phc: await hashPassword(work.password) };
  return { matches: await verifyPassword(work.password, work.hash) };
}

function parseWork(path: string, text: string): Work | null {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof fields !== "object" || fields === null) return null;
  const { password, phc } = fields as Readonly<Record<string, unknown>>;
  if (typeof password !== "string" || !password.isWellFormed()) return null;
  if (path === "/hash") return { type: "hash", password };
  const hash = path === "/verify" && typeof phc === "string" ? parsePasswordHash(phc) : null;
  return hash === null ? null : { type: "verify", password, hash };
}

async function readText(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > REQUEST_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function refuse(status: number, error: string): Answer {
  return { status, body: { error } };
}

function reply(response: ServerResponse, { status, body, retryAfterSeconds }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
    ...(status === 413 ? { connection: "close" } : {}),
  });
  response.end(text);
}
