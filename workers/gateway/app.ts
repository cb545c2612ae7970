import { Hono } from "hono";
import { fail } from "../../contracts/reply.ts";
import { createApi } from "./api/api.ts";
import { answerProblem, toProblem } from "./api/problem.ts";
import type { AppEnv } from "./context.ts";
import { createGochat } from "./gochat/gochat.ts";
import { observe } from "./observe.ts";
import { createOperations } from "./operations.ts";
import { servePage } from "./page.ts";
import { createRpc, isRpcCall } from "./rpc/rpc.ts";

const NO_SUCH_PATH = "there is no such path";

/** Every route of the gateway: operations, the native API, the gRPC contracts, gochat's dialect, and the page for all that is left. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(observe);
  app.route("/", createOperations());
  app.route("/", createApi());
  app.route("/", createRpc());
  app.route("/", createGochat());
  app.notFound((c) => (isOurs(c.req) ? toProblem(c, fail("notFound", NO_SUCH_PATH)) : servePage(c)));
  app.onError(answerProblem);
  return app;
}

function isOurs({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return /^\/api(\/|$)/.test(path) || isRpcCall(method, path);
}
