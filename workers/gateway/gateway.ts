import type { Services } from "../../contracts/services.ts";
import { createApp } from "./app.ts";
import { type GatewayEnv, readConfig } from "./config.ts";
import type { Wiring } from "./context.ts";

export type { GatewayEnv } from "./config.ts";

/** The public face over the three services: plain objects in the monolith, service bindings in the four-worker form. */
export function createGateway<Env extends GatewayEnv>(services: (env: Env) => Services) {
  const app = createApp();
  const wired = new WeakMap<Env, Wiring>();

  function wire(env: Env): Wiring {
    const wiring = { config: readConfig(env), services: services(env), assets: env.ASSETS };
    wired.set(env, wiring);
    return wiring;
  }

  return {
    async fetch(request, env, context) {
      return app.fetch(request, wired.get(env) ?? wire(env), context);
    },
  } satisfies ExportedHandler<Env>;
}
