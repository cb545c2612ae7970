import { objectKey } from "./object-keys.ts";
import type { WorkerSettings } from "./worker-settings.ts";

/** Paths are absolute, except for modules, which are relative to the configuration file. */
export type ConfigInput = {
  readonly settings: WorkerSettings;
  /** What wrangler emitted: the main module first, then its WebAssembly modules. */
  readonly modules: readonly string[];
  /** The folder that `modules` lie in. */
  readonly modulesDir: string;
  readonly assetsModule: string;
  readonly siteDir: string;
  readonly objectsDir: string;
  readonly hasherSocket: string;
};

/** The name of the socket that the supervisor binds to an address with --socket-addr. */
export const HTTP_SOCKET = "http";

/**
 * The configuration of the bare runtime, in Cap'n Proto's text. It holds no secret: TOKEN_KEYS comes from the
 * environment. The worker reaches its objects, its assets and the password pool; the network it does not reach. [SH7]
 */
export function createWorkerdConfig(input: ConfigInput): string {
  const date = text(input.settings.compatibilityDate);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "assets", worker = .assets),
    (name = "site", disk = (path = ${text(input.siteDir)})),
    (name = "objects", disk = (path = ${text(input.objectsDir)}, writable = true)),
    (name = "hasher", external = (address = ${text(`unix:${input.hasherSocket}`)}, http = ())),
    (name = "internet", network = (allow = [])),
  ],
  sockets = [(name = "${HTTP_SOCKET}", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  compatibilityDate = ${date},
  modules = [${list(input.modules.map((name) => toModule(name, input.modulesDir)))}],
  bindings = [${list(toBindings(input.settings))}],
  durableObjectStorage = (localDisk = "objects"),
  durableObjectNamespaces = [${list(input.settings.objects.map(({ className }) => toNamespace(className)))}],
);
const assets :Workerd.Worker = (
  compatibilityDate = ${date},
  modules = [(name = "assets.js", esModule = embed ${text(input.assetsModule)})],
  bindings = [(name = "SITE", service = "site")],
);
`;
}

function toModule(name: string, dir: string): string {
  const type = name.endsWith(".wasm") ? "wasm" : "esModule";
  return `(name = ${text(name)}, ${type} = embed ${text(`${dir}/${name}`)})`;
}

function toBindings({ vars, objects }: WorkerSettings): readonly string[] {
  return [
    ...Object.entries(vars).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
    ...objects.map(
      ({ binding, className }) => `(name = ${text(binding)}, durableObjectNamespace = ${text(className)})`,
    ),
    '(name = "TOKEN_KEYS", fromEnvironment = "TOKEN_KEYS")',
    '(name = "HASHER", service = "hasher")',
    '(name = "ASSETS", service = (name = "assets", entrypoint = "Assets"))',
  ];
}

function toNamespace(className: string): string {
  return `(className = ${text(className)}, uniqueKey = ${text(objectKey(className))}, enableSql = true)`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `\n    ${item},`).join("");
}

// JSON's text is Cap'n Proto's, but for \u escapes, which Cap'n Proto does not know.
function text(value: string): string {
  const json = JSON.stringify(value);
  if (/\\u/.test(json)) throw new Error(`a setting or a path holds a control character: ${json}`);
  return json;
}
