import type { Hono } from "hono";
import { fail } from "../../contracts/reply.ts";
import type { AppEnv } from "./context.ts";
import { Refused } from "./refused.ts";

/** Makes every path that `app` knows answer 405 with Allow to the methods it lacks. Call it after the last route. */
export function refuseOtherMethods(app: Hono<AppEnv>): void {
  const methodsOf = Map.groupBy(
    app.routes.filter(({ method }) => method !== "ALL"),
    ({ path }) => path,
  );
  for (const [path, routes] of methodsOf) {
    const methods = new Set(routes.map(({ method }) => method));
    if (methods.has("GET")) methods.add("HEAD");
    const allow = [...methods, "OPTIONS"].join(", ");
    app.all(path, (c) => {
      c.header("allow", allow);
      throw new Refused(fail("methodNotAllowed"));
    });
  }
}
