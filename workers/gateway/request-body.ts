import { fail, ok, type Reply } from "../../contracts/reply.ts";

/** Reads a body as text and gives up as soon as it is larger than `bytesMax`: nothing larger is ever held. [OP6] */
export async function readText(request: Request, bytesMax: number): Promise<Reply<string>> {
  if (Number(request.headers.get("content-length")) > bytesMax) return tooLarge(bytesMax);
  const bytes = await readBytes(request.body, bytesMax);
  if (bytes === null) return tooLarge(bytesMax);
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return fail("badRequest", "the body is not UTF-8");
  }
}

/** Reads a JSON object whatever the content type says. Arrays, bare values and broken JSON are refused. */
export function parseFields(text: string): Reply<Readonly<Record<string, unknown>>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("badRequest", "the body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail("badRequest", "the body is not a JSON object");
  }
  return ok(value as Readonly<Record<string, unknown>>);
}

async function readBytes(body: ReadableStream<Uint8Array> | null, bytesMax: number): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > bytesMax) return null;
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : concat(chunks, size);
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

function tooLarge(bytesMax: number): Reply<never> {
  return fail("tooLarge", `the body has more than ${bytesMax} bytes`);
}
