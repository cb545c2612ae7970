import { resolve } from "node:path";
import { readInteger } from "../contracts/settings.ts";

/** Where the server listens and keeps its data. */
export type ServerSettings = { readonly host: string; readonly port: number; readonly dataDir: string };

const HOST = /^(?:[\w.-]+|[0-9A-Fa-f:.]+|\*)$/;
const PORT_MAX = 65_535;

/** Reads HOST, PORT and DATA_DIR. Throws and names the variable that is wrong; an empty one counts as not set. [SH2] */
export function readServerSettings(env: Readonly<Record<string, string | undefined>>): ServerSettings {
  const host = env.HOST || "127.0.0.1";
  if (!HOST.test(host)) throw new Error(`HOST must be an address or a name, got ${JSON.stringify(host)}`);
  const port = readInteger("PORT", env.PORT || "8080", 0);
  if (port > PORT_MAX) throw new Error(`PORT must be at most ${PORT_MAX}, got ${port}`);
  return { host, port, dataDir: resolve(env.DATA_DIR || ".data") };
}
