/** One worker of a form: its wrangler.toml, and where its build lies in the bundle folder. */
export type FormWorker = {
  readonly config: string;
  /** Beside the bundle's site/ folder: the main module and its WebAssembly. */
  readonly dir: string;
  readonly main: string;
  /** The environment of wrangler.toml that is production; without one, its top level is. */
  readonly environment?: string;
  /** It hashes passwords: on the self-host, in the supervisor's pool. */
  readonly hashes?: boolean;
};

export type FormName = "monolith" | "services";

/**
 * The two deployments of the one source. The last worker of a form is its public one and is deployed last, because it
 * is the only one that calls the others' newest methods. [SV5]
 */
export const forms: Readonly<Record<FormName, readonly FormWorker[]>> = {
  monolith: [{ config: "wrangler.toml", dir: "worker", main: "monolith.js", environment: "production", hashes: true }],
  services: [
    { config: "workers/auth/wrangler.toml", dir: "services/auth", main: "index.js", hashes: true },
    { config: "workers/chat/wrangler.toml", dir: "services/chat", main: "index.js" },
    { config: "workers/chatroom/wrangler.toml", dir: "services/chatroom", main: "index.js" },
    { config: "workers/gateway/wrangler.toml", dir: "services/gateway", main: "index.js" },
  ],
};

/** Reads the name of a form. Throws and says which there are. */
export function readFormName(name: string): FormName {
  if (name === "monolith" || name === "services") return name;
  throw new Error(`there is no form ${JSON.stringify(name)}: monolith and services are`);
}
