import { Hono } from "hono";
import type { AppEnv } from "../context.ts";
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
  for (const path of new Set(app.routes.map((route) => route.path))) app.all(path, noSuchPath);
  app.onError(answerEnvelope);
  return app;
}
