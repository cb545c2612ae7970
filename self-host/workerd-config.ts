import { objectKey } from "./object-keys.ts";
import type { WorkerSettings } from "./worker-settings.ts";

/** One worker as the runtime gets it. */
export type ConfigWorker = {
  readonly settings: WorkerSettings;
  /** What the build left: the main module first, then those that it imports. */
  readonly modules: readonly string[];
  /** The folder that `modules` lie in. */
  readonly modulesDir: string;
  /** It is bound to the password pool. */
  readonly hashes: boolean;
};

/** Paths are absolute, except for modules, which are relative to the configuration file. */
export type ConfigInput = {
  /** Every worker of the form; the last one is public. */
  readonly workers: readonly ConfigWorker[];
  readonly assetsModule: string;
  readonly siteDir: string;
  readonly objectsDir: string;
  readonly hasherSocket: string;
};

/** The name of the socket that the supervisor binds to an address with --socket-addr. */
export const HTTP_SOCKET = "http";

/**
 * The configuration of the bare runtime, in Cap'n Proto's text. It holds no secret: they come from the environment.
 * A worker reaches what its wrangler.toml binds and, where it hashes, the password pool; the network it does not reach.
 * Only the last one is reached from outside. [SH7] [SV1]
 */
export function createWorkerdConfig(input: ConfigInput): string {
  const [main] = input.workers.slice(-1);
  if (main === undefined) throw new Error("a form has at least one worker");
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${list(input.workers.map((worker, i) => `(name = ${text(worker.settings.name)}, worker = .worker${i})`))}
    (name = "assets", worker = .assets),
    (name = "site", disk = (path = ${text(input.siteDir)})),
    (name = "objects", disk = (path = ${text(input.objectsDir)}, writable = true)),
    (name = "hasher", external = (address = ${text(`unix:${input.hasherSocket}`)}, http = ())),
    (name = "internet", network = (allow = [])),
  ],
  sockets = [(name = "${HTTP_SOCKET}", address = "127.0.0.1:0", http = (), service = ${text(main.settings.name)})],
);
${input.workers.map(toWorker).join("")}const assets :Workerd.Worker = (
  compatibilityDate = ${text(main.settings.compatibilityDate)},
  modules = [(name = "assets.js", esModule = embed ${text(input.assetsModule)})],
  bindings = [(name = "SITE", service = "site")],
);
`;
}

function toWorker({ settings, modules, modulesDir, hashes }: ConfigWorker, i: number): string {
  const own = settings.objects.filter(({ script }) => script === undefined);
  return `const worker${i} :Workerd.Worker = (
  compatibilityDate = ${text(settings.compatibilityDate)},
  modules = [${list(modules.map((name) => toModule(name, modulesDir)))}],
  bindings = [${list([...toBindings(settings), ...(hashes ? ['(name = "HASHER", service = "hasher")'] : [])])}],
  durableObjectStorage = (localDisk = "objects"),
  durableObjectNamespaces = [${list(own.map(({ className }) => toNamespace(className)))}],
);
`;
}

function toModule(name: string, dir: string): string {
  const type = name.endsWith(".wasm") ? "wasm" : "esModule";
  return `(name = ${text(name)}, ${type} = embed ${text(`${dir}/${name}`)})`;
}

function toBindings({ vars, secrets, objects, services, assets }: WorkerSettings): readonly string[] {
  const bound = (name: string, what: string) => `(name = ${text(name)}, ${what})`;
  return [
    ...Object.entries(vars).map(([name, value]) => bound(name, `text = ${text(value)}`)),
    ...secrets.map((name) => bound(name, `fromEnvironment = ${text(name)}`)),
    ...objects.map(({ binding, className, script }) =>
      bound(binding, `durableObjectNamespace = ${toDesignator(className, script)}`),
    ),
    ...services.map(({ binding, service }) => bound(binding, `service = ${text(service)}`)),
    ...(assets === undefined ? [] : [bound(assets, 'service = (name = "assets", entrypoint = "Assets")')]),
  ];
}

function toDesignator(className: string, script: string | undefined): string {
  return script === undefined ? text(className) : `(className = ${text(className)}, serviceName = ${text(script)})`;
}

// The key is the class's own in either form, so a data folder belongs to neither of them. [SV6]
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
