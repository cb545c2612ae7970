import type { BulkResult } from "../../contracts/services.ts";
import type { OperatorClient } from "./operator-client.ts";

/** Sends items in chunks, one request after the other, and adds up the answers. */
export async function sendInChunks<Item>(
  client: OperatorClient,
  path: string,
  items: readonly Item[],
  chunkSize: number,
  toBody: (chunk: readonly Item[]) => object,
): Promise<BulkResult> {
  let created = 0;
  const refused: BulkResult["refused"][number][] = [];
  for (let at = 0; at < items.length; at += chunkSize) {
    const result = toBulkResult(await client.request("POST", path, toBody(items.slice(at, at + chunkSize))));
    created += result.created;
    refused.push(...result.refused);
  }
  return { created, refused };
}

function toBulkResult(value: unknown): BulkResult {
  const { created, refused } = value as Partial<BulkResult>;
  if (typeof created !== "number" || !Array.isArray(refused)) throw new Error("the server's answer is not understood");
  return { created, refused };
}
