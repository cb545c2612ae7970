import type { Asked, Order } from "./breakable.ts";

/** An order that a test POSTs to ORDERS_PATH: to a service, by the name of the gateway's binding, or to the clock. */
export type PostedOrder = ({ readonly binding: string } & Order) | { readonly hurry: number };

type Orderly = { order(order: Order): Promise<Asked> };
type Env = Readonly<Record<string, unknown>>;

const ORDERS_PATH = "/test-orders";

let hurry = 1;
const startTimer = globalThis.setTimeout;
// The deadlines of contracts/limits.ts are the only timers here: a test divides them, and nothing else of the gateway is
// different from production.
globalThis.setTimeout = ((call: () => void, ms = 0) => startTimer(call, ms / hurry)) as typeof setTimeout;

/** The gateway as it is, with a path for orders of the test beside it. */
export function takeOrders(gateway: ExportedHandler<Env>): ExportedHandler<Env> {
  return {
    async fetch(request, env, context) {
      if (new URL(request.url).pathname === ORDERS_PATH) return carryOut(await request.json<PostedOrder>(), env);
      return gateway.fetch?.(request, env, context) ?? new Response(null, { status: 500 });
    },
  };
}

async function carryOut(order: PostedOrder, env: Env): Promise<Response> {
  if ("binding" in order) {
    const { binding, target, fault } = order;
    return Response.json(await (env[binding] as Orderly).order({ target, fault }));
  }
  hurry = order.hurry;
  return Response.json({});
}
