import type { Context } from "hono";
import type { FailureName } from "../../contracts/failures.ts";
import type { Identity } from "../../contracts/identity.ts";
import type { Services } from "../../contracts/services.ts";
import type { Trace } from "../../contracts/trace.ts";
import type { GatewayConfig } from "./config.ts";

/** What every handler works with: the settings as values, the three services, and the site's files. */
export type Wiring = {
  readonly config: GatewayConfig;
  readonly services: Services;
  readonly assets: Pick<Fetcher, "fetch"> | undefined;
};

/** The Hono environment of the gateway. Handlers read `identity` only behind the middleware that sets it. */
export type AppEnv = {
  Bindings: Wiring;
  Variables: {
    requestId: string;
    trace: Trace;
    identity: Identity;
    /** Known once a token was verified; for the access log. */
    userId?: number;
    /** The failure that was answered; for the access log and the count of refusals. */
    failure?: FailureName;
  };
};
export type GatewayContext = Context<AppEnv>;
