import { Hono } from "hono";
import type { AppEnv, GatewayContext } from "../context.ts";
import { answerEnvelope, noSuchPath } from "./envelope.ts";
import { addPushRoutes } from "./push-routes.ts";
import { addSocketRoute } from "./socket-route.ts";
import { addUserRoutes } from "./user-routes.ts";

/** gochat's dialect: eight POST routes and /ws, one envelope around every answer. */
export function createGochat(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  addUserRoutes(app);
  addPushRoutes(app);
  addSocketRoute(app);
  const posts = app.routes.filter(({ method }) => method === "POST");
  for (const path of new Set(app.routes.map((route) => route.path))) app.all(path, noSuchPath);
  for (const { path } of posts) app.post(`${path}/`, dropSlash(path));
  app.onError(answerEnvelope);
  return app;
}

/** gochat's router answers a slash at a route's end so: 307 makes the client send method and body again. [GC11] */
function dropSlash(path: string) {
  return (c: GatewayContext) => c.redirect(path + new URL(c.req.url).search, 307);
}
