import { expect, it } from "vitest";
import { readServices, readText } from "../deploy/compose-file.ts";
import { readEnvoyConfig, toNativeEnvoyConfig } from "./envoy-config.ts";

const text = readText("deploy/envoy.yaml");
const { admin, static_resources } = readEnvoyConfig(text);
const { listeners, clusters } = static_resources;
const names = listeners.map(({ name }) => name);
const endpoints = clusters.map(({ name, load_assignment }) => {
  const [endpoint] = load_assignment.endpoints.flatMap(({ lb_endpoints }) => lb_endpoints.map((one) => one.endpoint));
  return [name, endpoint?.address.socket_address] as const;
});
const native = {
  adminPort: 1,
  listeners: Object.fromEntries(names.map((name) => [name, 2])),
  clusters: Object.fromEntries(names.map((name) => [name, [{ port: 3 }, { port: 4, healthPort: 5 }]])),
};

it("[DP7] Envoy listens where the originals' clients connect, and compose publishes just that", () => {
  const ports = listeners.map(({ name, address }) => [name, address.socket_address.port_value]);
  expect(ports).toEqual([
    ["auth", 50051],
    ["gateway", 50052],
    ["chatroom", 50053],
    ["chat", 50054],
    ["tcp-7001", 7001],
    ["tcp-7002", 7002],
  ]);
  const wanted = [...listeners.map(({ address }) => address), admin.address].map(
    (one) => one.socket_address.port_value,
  );
  const published = readServices()
    .get("envoy")
    ?.ports?.map((port) => Number(port.split(":").at(-1)));
  expect(new Set(published)).toEqual(new Set(wanted));
});

it("[DP7] each cluster is a service of the compose file on the port that its settings name", () => {
  expect(Object.fromEntries(endpoints)).toEqual({
    auth: { address: "grpc", port_value: port("grpc", "GRPC_AUTH_PORT") },
    gateway: { address: "grpc", port_value: port("grpc", "GRPC_GATEWAY_PORT") },
    chatroom: { address: "grpc", port_value: port("grpc", "GRPC_CHATROOM_PORT") },
    chat: { address: "grpc", port_value: port("grpc", "GRPC_CHAT_PORT") },
    "tcp-7001": { address: "connect-tcp", port_value: port("connect-tcp", "TCP_PORTS") },
    "tcp-7002": { address: "connect-tcp", port_value: port("connect-tcp", "TCP_PORTS", 1) },
  });
});

it("[DP7] login and gateway go round, chat goes where the fewest calls are under way", () => {
  const policies = clusters.map((cluster) => [cluster.name, "lb_policy" in cluster ? cluster.lb_policy : undefined]);
  expect(Object.fromEntries(policies)).toMatchObject({
    auth: "ROUND_ROBIN",
    gateway: "ROUND_ROBIN",
    chat: "LEAST_REQUEST",
  });
});

it("[DP12] a call is tried again where no replica has begun it, and at another replica", () => {
  const policies = [
    ...JSON.stringify(listeners).matchAll(/"retry_on":"([^"]*)","num_retries":2,"retry_host_predicate"/g),
  ];
  expect(policies.map(([, on]) => on)).toEqual(Array(4).fill("connect-failure,refused-stream,reset-before-request"));
});

it("[DP7] the variant for one machine differs in addresses and ports alone", () => {
  const made = readEnvoyConfig(toNativeEnvoyConfig(text, native));
  expect(made.admin.address.socket_address).toEqual({ address: "127.0.0.1", port_value: 1 });
  expect(strip(made.static_resources.listeners)).toEqual(strip(listeners));
  expect(strip(made.static_resources.clusters)).toEqual(strip(clusters));
  const [first] = made.static_resources.clusters;
  expect(first?.load_assignment.endpoints).toEqual([
    {
      lb_endpoints: [
        { endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: 3 } } } },
        {
          endpoint: {
            address: { socket_address: { address: "127.0.0.1", port_value: 4 } },
            health_check_config: { port_value: 5 },
          },
        },
      ],
    },
  ]);
});

it("[DP7] a listener without a port and a cluster that does not exist are refused by name", () => {
  expect(() => toNativeEnvoyConfig(text, { ...native, listeners: {} })).toThrow("the listener auth");
  const clustersToo = { ...native.clusters, mail: [] };
  expect(() => toNativeEnvoyConfig(text, { ...native, clusters: clustersToo })).toThrow("no cluster mail");
});

function port(service: string, setting: string, at = 0): number {
  return Number(readServices().get(service)?.environment?.[setting]?.split(",")[at]);
}

function strip(list: readonly object[]): readonly object[] {
  return list.map((one) => ({ ...one, address: null, load_assignment: null }));
}
