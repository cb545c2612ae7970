import { once } from "node:events";
import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { createHashHandler } from "./hash-handler.ts";
import { WorkQueue } from "./work-queue.ts";

async function serve(queue: WorkQueue): Promise<string> {
  const server = createServer(createHashHandler(queue)).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/hash`;
}

const demo = { method: "POST", body: '{"password":"demo"}' };

it("[SH11] while as many wait as may, a password is refused with 503 and Retry-After, and taken again afterwards", async () => {
  const queue = new WorkQueue(1, 2);
  const url = await serve(queue);
  const gate = Promise.withResolvers<void>();
  const waiting = [1, 2, 3].map(() =>
    queue.run(
      () => gate.promise,
      () => false,
    ),
  );
  const refused = await fetch(url, demo);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  gate.resolve();
  await Promise.all(waiting);
  expect((await fetch(url, demo)).status).toBe(200);
});
