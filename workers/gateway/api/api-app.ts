import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../context.ts";

/** The native API under construction: each group of routes adds itself. */
export type Api = OpenAPIHono<AppEnv>;
