import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { parseFields, readText } from "./request-body.ts";

function post(body: BodyInit): Request {
  return new Request("http://chat.test/", { method: "POST", body });
}

/** A body that is produced as it is read, and says how far anybody read. */
function endless(chunkBytes: number) {
  const progress = { bytes: 0 };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      progress.bytes += chunkBytes;
      controller.enqueue(new Uint8Array(chunkBytes));
    },
  });
  return { progress, stream };
}

it("[OP6] a body without an end is refused after the limit", async () => {
  const { progress, stream } = endless(1_000);
  expect(await readText(post(stream), 10_000)).toMatchObject({ ok: false, failure: "tooLarge" });
  expect(progress.bytes).toBeLessThan(20_000);
});
it("[OP6] a length that is declared too large is refused unread", async () => {
  const request = new Request("http://chat.test/", { method: "POST", body: "x", headers: { "content-length": "11" } });
  expect(await readText(request, 10)).toMatchObject({ ok: false, failure: "tooLarge" });
});
it("[OP6] a body of exactly the limit is read", async () => {
  expect(await readText(post("x".repeat(10)), 10)).toEqual({ ok: true, value: "x".repeat(10) });
});
it("[OP6] bytes that are not UTF-8 are refused", async () => {
  expect(await readText(post(new Uint8Array([0xff, 0xfe])), 10)).toMatchObject({ ok: false, failure: "badRequest" });
});

it("[GC4] text comes back as it was sent", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
      expect(await readText(post(text), 100_000)).toEqual({ ok: true, value: text });
    }),
  );
});
it("[GC4] an object is read, every other JSON value is refused", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      expect(parseFields(JSON.stringify(value)).ok).toBe(isObject);
    }),
  );
});
it("[GC4] no text makes the parser throw", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(typeof parseFields(text).ok).toBe("boolean");
    }),
  );
});
