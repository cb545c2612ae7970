import type { Namespace } from "../../contracts/objects.ts";

export type CarrierFetch = { fetch(request: Request): Promise<Response> };

const FULL = 503;

// One carrier an isolate, so that it is near the clients that this isolate serves. Made with the first socket, because
// a Worker may not draw random numbers while it starts.
let current: string | null = null;

/** Brings gochat's sockets to this isolate's carrier, and to a fresh one when that is full. */
export function createCarrierFetch(carriers: Namespace<CarrierFetch>): (request: Request) => Promise<Response> {
  return async (request) => {
    current ??= crypto.randomUUID();
    const carrier = current;
    const response = await carriers.getByName(carrier).fetch(request);
    if (response.status !== FULL) return response;
    // Others may have found it full at the same time: only the first of them makes a new one.
    if (current === carrier) current = crypto.randomUUID();
    return carriers.getByName(current).fetch(request);
  };
}
