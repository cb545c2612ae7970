import ipaddr from "ipaddr.js";
import { readInteger } from "../contracts/settings.ts";

const INTEGERS = ["ATTEMPTS_PER_NAME", "ATTEMPTS_PER_ADDRESS", "SENDS_PER_USER", "SENDS_PER_ROOM", "SESSION_DAYS"];

/**
 * Checks what the environment says of the worker's vars before anything is started: the worker would refuse to serve with
 * a wrong one, and nobody would see why. Throws and names the variable. [SH1]
 */
export function checkVars(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of INTEGERS) if (env[name] !== undefined) readInteger(name, env[name], 1);
  const proxies = (env.TRUSTED_PROXIES ?? "").split(",").map((part) => part.trim());
  for (const proxy of proxies) {
    if (proxy !== "" && !ipaddr.isValid(proxy) && !ipaddr.isValidCIDR(proxy)) {
      throw new Error(`TRUSTED_PROXIES must be addresses or CIDRs with commas between, got ${JSON.stringify(proxy)}`);
    }
  }
}
