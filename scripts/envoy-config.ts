import { parse } from "yaml";

/** One replica on this machine; where its health is asked over HTTP, the port of its operations. */
export type NativeEndpoint = { readonly port: number; readonly healthPort?: number };

/** What stands for the names and ports of the containers. Every listener and cluster of the file has its entry. */
export type NativeEnvoy = {
  readonly adminPort: number;
  /** The port of each listener, by its name; 0 takes any free one, which /listeners of the admin port then tells. */
  readonly listeners: Readonly<Record<string, number>>;
  /** The replicas of each cluster, by its name. */
  readonly clusters: Readonly<Record<string, readonly NativeEndpoint[]>>;
};

type SocketAddress = { readonly socket_address: { readonly address: string; readonly port_value: number } };
type Endpoint = { readonly address: SocketAddress; readonly health_check_config?: { readonly port_value: number } };
type Cluster = {
  readonly name: string;
  readonly load_assignment: {
    readonly cluster_name: string;
    readonly endpoints: readonly { readonly lb_endpoints: readonly { readonly endpoint: Endpoint }[] }[];
  };
};
type Listener = { readonly name: string; readonly address: SocketAddress };

/** deploy/envoy.yaml, as far as it is looked at here. */
export type EnvoyConfig = {
  readonly admin: { readonly address: SocketAddress };
  readonly static_resources: { readonly listeners: readonly Listener[]; readonly clusters: readonly Cluster[] };
};

const HOST = "127.0.0.1";

/** Reads Envoy's configuration from YAML. */
export function readEnvoyConfig(text: string): EnvoyConfig {
  return parse(text) as EnvoyConfig;
}

/**
 * The shipped configuration for processes on this machine, as JSON: addresses and ports are replaced and nothing else, so
 * that what is tested is what is shipped. Throws and names a listener or cluster without an entry, and an entry without
 * one. [DP7]
 */
export function toNativeEnvoyConfig(text: string, native: NativeEnvoy): string {
  const config = readEnvoyConfig(text);
  const { listeners, clusters } = config.static_resources;
  refuseStrangers("listener", listeners, native.listeners);
  refuseStrangers("cluster", clusters, native.clusters);
  return JSON.stringify({
    ...config,
    admin: { ...config.admin, address: toAddress(native.adminPort) },
    static_resources: {
      ...config.static_resources,
      listeners: listeners.map((one) => ({ ...one, address: toAddress(entryOf("listener", one, native.listeners)) })),
      clusters: clusters.map((one) => toNativeCluster(one, entryOf("cluster", one, native.clusters))),
    },
  });
}

function toNativeCluster(cluster: Cluster, replicas: readonly NativeEndpoint[]) {
  const endpoints = [{ lb_endpoints: replicas.map((replica) => ({ endpoint: toEndpoint(replica) })) }];
  return { ...cluster, load_assignment: { ...cluster.load_assignment, endpoints } };
}

function toEndpoint({ port, healthPort }: NativeEndpoint): Endpoint {
  const health = healthPort === undefined ? {} : { health_check_config: { port_value: healthPort } };
  return { address: toAddress(port), ...health };
}

function toAddress(port: number): SocketAddress {
  return { socket_address: { address: HOST, port_value: port } };
}

function entryOf<T>(what: string, { name }: { readonly name: string }, entries: Readonly<Record<string, T>>): T {
  const entry = entries[name];
  if (entry === undefined) throw new Error(`the ${what} ${name} of envoy.yaml has no entry`);
  return entry;
}

function refuseStrangers(what: string, known: readonly { readonly name: string }[], entries: object): void {
  const stranger = Object.keys(entries).find((name) => known.every((one) => one.name !== name));
  if (stranger !== undefined) throw new Error(`envoy.yaml has no ${what} ${stranger}`);
}
