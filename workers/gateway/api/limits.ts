import { createRoute, z } from "@hono/zod-openapi";
import { limits } from "../../../contracts/limits.ts";
import type { Api } from "./api-app.ts";
import { json, problems } from "./responses.ts";

const Numbers = z.record(z.string(), z.number());

const published = createRoute({
  method: "get",
  path: "/api/v1/limits",
  tags: ["Server"],
  summary: "Every technical limit, and the rates that this server is set to",
  responses: { 200: json(z.object({ limits: Numbers, settings: Numbers }), "The limits."), ...problems() },
});

/** The limits, published: no licence limit is among them. [P10] */
export function addLimits(api: Api): void {
  api.openapi(published, (c) => c.json({ limits, settings: c.env.config.settings }, 200));
}
