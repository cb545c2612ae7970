const CHUNK_BYTES = 65_536;

/**
 * A body that is read only as fast as the caller reads, and that says when the caller hangs up: Connect's own waits for
 * the next message before it notices. What is there at once leaves in one piece, because each write of a Worker's stream
 * costs more than the message in it.
 */
export function toStream(body: AsyncIterable<Uint8Array>, gone: () => void): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  let coming: Promise<IteratorResult<Uint8Array>> | null = null;

  /** The next chunk, or null when there is none yet at the end of this turn. A body that breaks does so at the next pull. */
  async function nextWithin(turn: Promise<null>): Promise<IteratorResult<Uint8Array> | null> {
    coming ??= chunks.next();
    const chunk = await Promise.race([coming.catch(() => null), turn]);
    if (chunk !== null) coming = null;
    return chunk;
  }

  const source: UnderlyingSource<Uint8Array> = {
    async pull(controller) {
      coming ??= chunks.next();
      let chunk: IteratorResult<Uint8Array> | null = await coming;
      coming = null;
      const turn = endOfTurn();
      const ready: Uint8Array[] = [];
      let bytes = 0;
      while (chunk !== null && chunk.done !== true) {
        ready.push(chunk.value);
        bytes += chunk.value.byteLength;
        chunk = bytes < CHUNK_BYTES ? await nextWithin(turn) : null;
      }
      if (bytes > 0) controller.enqueue(join(ready, bytes));
      if (chunk !== null) controller.close();
    },
    cancel: gone,
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** Comes after everything that is ready now. */
function endOfTurn(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), 0));
}

function join(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
