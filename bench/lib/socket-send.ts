import type { Reading, Site } from "./measures.ts";
import { repeat } from "./rest.ts";
import { enter } from "./room.ts";
import { quantile } from "./statistics.ts";

/** Measures a send over an open native socket, from the call to the acknowledgement: one at a time. */
export async function measureSocketSend(site: Site): Promise<readonly Reading[]> {
  const room = await enter(site);
  try {
    const { times } = await repeat(() => room.send("hello"), 1, site.ms);
    return [
      { name: "p50", unit: "ms", value: quantile(times, 0.5) },
      { name: "p99", unit: "ms", value: quantile(times, 0.99) },
    ];
  } finally {
    room.close();
  }
}
