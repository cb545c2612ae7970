import { limits } from "../../../contracts/limits.ts";
import { describeError, log } from "../../../contracts/log.ts";
import { fail } from "../../../contracts/reply.ts";
import { inTrace } from "../../../contracts/trace-context.ts";
import type { GatewayContext } from "../context.ts";
import { Refused } from "../refused.ts";

/** The media type of JSON values, one a line. A text to the types of routes, which take every name with json for one of JSON. */
export const NDJSON: string = "application/x-ndjson";

const LINE_FEED = 10;

/** Lines to come, a run at a time: the next run is made when it is asked for. */
export type Lines = AsyncGenerator<readonly object[], void>;

/**
 * An answer of JSON values, one a line, made only as fast as its reader takes it: nothing waits but the run that was asked
 * for last. When making it breaks, it ends there without what would be its last line. [RI7]
 */
export function answerLines(c: GatewayContext, name: string, lines: Lines): Response {
  const { trace } = c.var;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await inTrace(trace, () => lines.next());
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(value.map((line) => `${JSON.stringify(line)}\n`).join("")));
        } catch (error) {
          inTrace(trace, () => log("warn", "export broke off", { error: describeError(error) }));
          controller.close();
        }
      },
      async cancel() {
        await lines.return();
      },
    },
    // Without it a page would be read before anybody takes the first byte, for HEAD too.
    { highWaterMark: 0 },
  );
  // The whole name is percent-encoded: RFC 8187 takes what encodeURIComponent leaves, but for these.
  const fileName = encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  const disposition = `attachment; filename*=UTF-8''${fileName}.ndjson`;
  return c.body(body, 200, { "content-type": NDJSON, "content-disposition": disposition });
}

/**
 * The lines of a body, as text, while it arrives; empty ones are passed over and counted. A line and a body that are too
 * large, and bytes that are not UTF-8, are refused as soon as that is known. [RI14]
 */
export async function* readLines(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<{ readonly no: number; readonly text: string }> {
  const line = new LineBuffer();
  let no = 0;
  let bytes = 0;
  for await (const chunk of chunksOf(body)) {
    bytes += chunk.byteLength;
    if (bytes > limits.IMPORT_BYTES_MAX) {
      throw new Refused(fail("tooLarge", `an import has at most ${limits.IMPORT_BYTES_MAX} bytes`));
    }
    for (let from = 0; from <= chunk.byteLength; ) {
      const end = chunk.indexOf(LINE_FEED, from);
      line.add(no + 1, chunk.subarray(from, end < 0 ? undefined : end));
      if (end < 0) break;
      no += 1;
      from = end + 1;
      if (line.isEmpty) continue;
      const text = line.take(no);
      if (text.trim() !== "") yield { no, text };
    }
  }
  const rest = line.take(no + 1);
  if (rest.trim() !== "") yield { no: no + 1, text: rest };
}

async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  try {
    if (body !== null) yield* body;
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(fail("badRequest", "the body broke off"));
  }
}

/** The line that is arriving, in the pieces in which it came. */
class LineBuffer {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  add(no: number, piece: Uint8Array): void {
    if (piece.byteLength === 0) return;
    this.#bytes += piece.byteLength;
    if (this.#bytes > limits.IMPORT_LINE_BYTES_MAX) {
      throw new Refused(fail("tooLarge", `line ${no} has more than ${limits.IMPORT_LINE_BYTES_MAX} bytes`));
    }
    this.#pieces.push(piece.slice());
  }

  take(no: number): string {
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.byteLength;
    }
    this.#pieces = [];
    this.#bytes = 0;
    try {
      return this.#decoder.decode(all);
    } catch {
      throw new Refused(fail("badRequest", `line ${no} is not UTF-8`));
    }
  }
}
