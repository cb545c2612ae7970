import { expect, it } from "vitest";
import { toStream } from "./chunk-stream.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

it("[RP10] what is there at once is one piece, up to 64 KiB, and nothing is lost or reordered", async () => {
  const texts = Array.from({ length: 50 }, (_, i) => `${i} ${"x".repeat(3_000)};`);
  const pieces: Uint8Array[] = [];
  for await (const piece of toStream(chunksOf(...texts), () => {})) pieces.push(piece);
  expect(pieces.length).toBeLessThan(texts.length / 10);
  for (const piece of pieces) expect(piece.byteLength).toBeLessThan(70_000);
  expect(await new Blob(pieces).text()).toBe(texts.join(""));
});
it("[RP8] a chunk leaves although the next one does not come", async () => {
  const rest = Promise.withResolvers<void>();
  async function* halting() {
    yield bytes("one");
    await rest.promise;
    yield bytes("two");
  }
  const reader = toStream(halting(), () => {}).getReader();
  expect((await reader.read()).value).toEqual(bytes("one"));
  const next = reader.read();
  rest.resolve();
  expect((await next).value).toEqual(bytes("two"));
  expect((await reader.read()).done).toBe(true);
});
it("[RP10] nothing is read before the caller reads", async () => {
  let asked = 0;
  async function* counting() {
    for (;;) {
      asked++;
      yield new Uint8Array(70_000);
    }
  }
  const reader = toStream(counting(), () => {}).getReader();
  expect(asked).toBe(0);
  await reader.read();
  await reader.read();
  expect(asked).toBeLessThan(4);
});
it("[RP14] a caller that hangs up is told at once, also while the next chunk is awaited", async () => {
  const gone = Promise.withResolvers<void>();
  async function* silent() {
    await new Promise(() => {});
    yield bytes("never");
  }
  const reader = toStream(silent(), gone.resolve).getReader();
  const waiting = reader.read();
  await reader.cancel();
  await gone.promise;
  expect((await waiting).done).toBe(true);
});
it("[RP4] a body that breaks breaks the stream behind what it gave before", async () => {
  async function* breaking() {
    yield bytes("one");
    throw new Error("broken");
  }
  const reader = toStream(breaking(), () => {}).getReader();
  expect((await reader.read()).value).toEqual(bytes("one"));
  await expect(reader.read()).rejects.toThrow("broken");
});
