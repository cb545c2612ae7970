import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Where virtual users wait for each other. */
export type Rendezvous = { readonly url: string; end(): void };

/**
 * Holds every request for a path until so many have come to it; then all are answered with the same moment. k6's virtual
 * users cannot see each other, so the command brings them together.
 */
export async function openRendezvous(size: number): Promise<Rendezvous> {
  const waiting = new Map<string, ServerResponse[]>();
  const server = createServer((request, response) => {
    const point = request.url ?? "/";
    const present = [...(waiting.get(point) ?? []), response];
    waiting.set(point, present.length < size ? present : []);
    if (present.length < size) return;
    const moment = String(Date.now());
    for (const one of present) one.end(moment);
  });
  server.requestTimeout = 0;
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    end() {
      server.close();
      server.closeAllConnections();
    },
  };
}
