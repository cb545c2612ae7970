import { readTrustedProxies, type TrustedProxies } from "../../contracts/addresses.ts";
import { readInteger } from "../../contracts/settings.ts";
import { readTokenKeys, type TokenKey } from "../../contracts/token.ts";

/** The settings that clients may see at GET /api/v1/limits. */
export const publishedSettings = [
  "ATTEMPTS_PER_NAME",
  "ATTEMPTS_PER_ADDRESS",
  "SENDS_PER_USER",
  "SENDS_PER_ROOM",
  "SESSION_DAYS",
] as const;
export type PublishedSetting = (typeof publishedSettings)[number];

/** What the gateway itself reads. Settings are text, as wrangler.toml and the self-host give them. */
export type GatewayEnv = {
  readonly ENVIRONMENT: string;
  readonly TOKEN_KEYS: string;
  readonly TRUSTED_PROXIES?: string;
  readonly ASSETS?: Pick<Fetcher, "fetch">;
} & Readonly<Record<PublishedSetting, string>>;

export type GatewayConfig = {
  readonly environment: string;
  readonly tokenKeys: readonly TokenKey[];
  readonly trustedProxies: TrustedProxies;
  readonly settings: Readonly<Record<PublishedSetting, number>>;
};

/** Turns settings into values once, naming the one that is wrong. */
export function readConfig(env: GatewayEnv): GatewayConfig {
  const read = (name: PublishedSetting) => readInteger(name, env[name], 1);
  return {
    environment: env.ENVIRONMENT,
    tokenKeys: readTokenKeys(env.TOKEN_KEYS),
    trustedProxies: readTrustedProxies(env.TRUSTED_PROXIES),
    settings: {
      ATTEMPTS_PER_NAME: read("ATTEMPTS_PER_NAME"),
      ATTEMPTS_PER_ADDRESS: read("ATTEMPTS_PER_ADDRESS"),
      SENDS_PER_USER: read("SENDS_PER_USER"),
      SENDS_PER_ROOM: read("SENDS_PER_ROOM"),
      SESSION_DAYS: read("SESSION_DAYS"),
    },
  };
}
