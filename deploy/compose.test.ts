import { beforeAll, describe, expect, it } from "vitest";
import { limits } from "../contracts/limits.ts";
import { readOriginSettings } from "../origin/settings.ts";
import { ensureDeployCheck, readCompose } from "../scripts/deploy-check.ts";
import { readWorkerSettings } from "../self-host/worker-settings.ts";
import { COMPOSE_FILE, readEnvFile, readServices, readText, root, variablesOf } from "./compose-file.ts";
import { BUILD_MS_MAX, requireParsers } from "./parsers.ts";

const services = readServices();
const named = [...services];
const ONE_SHOT = ["origin-token", "seed"];
const lasting = named.filter(([name]) => !ONE_SHOT.includes(name));
const REPLICAS = ["connect-tcp", "grpc"];
const SECRETS = ["ORIGIN_TOKEN", "TOKEN_KEYS", "GRAFANA_ADMIN_PASSWORD"];
const service = (name: string) => services.get(name) ?? expect.fail(`no service ${name}`);

it("[DP1] the origin's services stand in one file, and a profile adds the edge", () => {
  const always = named.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name);
  expect(always).toEqual(["redis", "connect-tcp", "grpc", "envoy", "prometheus", "grafana"]);
  const edge = named.filter(([, { profiles }]) => profiles?.join() === "edge").map(([name]) => name);
  expect(edge).toEqual(["edge", "origin-token", "seed"]);
});

describe.each(named)("[DP2] %s", (name, one) => {
  it("runs an image of one exact version", () => {
    expect(one.image).toMatch(/:v?\d+\.\d+\.\d+(-\w+)?$/);
  });
  it("runs as somebody who is not root, by number", () => {
    expect(one.user).toMatch(/^[1-9]\d*:\d+$/);
  });
  it("writes to its volumes and a small /tmp alone, and gains no right", () => {
    expect(one).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
  });
  it("has bounds of memory and processes", () => {
    expect([one.mem_limit, one.pids_limit]).toEqual([expect.any(String), expect.any(Number)]);
  });
  it("is started again", () => {
    expect(one.restart).toBe(ONE_SHOT.includes(name) ? "on-failure" : "unless-stopped");
  });
});

it("[DP2] Redis refuses what does not fit, before the bound of its container ends it", () => {
  const mebibytes = (text: string | undefined) => Number(/:-(\d+)mb?\}$/.exec(text ?? "")?.[1]);
  const { command = [], mem_limit } = service("redis");
  const dataMax = command[command.indexOf("--maxmemory") + 1];
  expect(mebibytes(dataMax)).toBeLessThan(mebibytes(mem_limit) * 0.75);
});

it.each(lasting)("[DP4] %s is asked how it is", (_, { healthcheck }) => {
  expect(healthcheck?.test[0]).toBe("CMD");
});

it("[DP4] what ends a process that no longer answers has an init above it", () => {
  const ours = named.filter(([, { healthcheck }]) => healthcheck?.test.includes("healthcheck.js"));
  expect(ours.map(([name, { init }]) => [name, init])).toEqual([...REPLICAS, "edge"].map((name) => [name, true]));
});

it.each([...REPLICAS, "edge"])("[DP5] %s gets longer to stop than it takes to drain", (name) => {
  const seconds = Number(service(name).stop_grace_period?.replace(/s$/, ""));
  const drainMsMax = (limits as Readonly<Record<string, number>>).DRAIN_MS_MAX ?? 10_000;
  expect(seconds * 1000).toBeGreaterThan(drainMsMax + 5_000);
});

it.each(REPLICAS)("[DP3] %s can be scaled: it publishes no port and has no address of its own", (name) => {
  expect([service(name).ports, service(name).networks]).toEqual([undefined, ["front", "store"]]);
});

it("[DP3] what is published is bound to this machine unless PUBLISH_ADDRESS says more, and the rest always", () => {
  const ports = named.flatMap(([, one]) => one.ports ?? []);
  const wide = ports.filter((port) => port.startsWith(`\${PUBLISH_ADDRESS:-127.0.0.1}:`));
  expect(ports.filter((port) => !wide.includes(port) && !port.startsWith("127.0.0.1:"))).toEqual([]);
  const open = wide.map((port) => Number(port.split(":").at(-1)));
  expect(open).toEqual([7001, 7002, 50051, 50052, 50053, 50054, 8080]);
});

it("[DP3] Envoy's word on a client's address counts, and nobody else's", () => {
  const { networks } = service("envoy");
  const address = networks !== undefined && "front" in networks ? networks.front?.ipv4_address : undefined;
  expect(address).toBeDefined();
  for (const name of REPLICAS) expect(service(name).environment?.TRUSTED_PROXIES).toBe(address);
});

it("[DP6] no secret has a value in the compose file: it is asked for, with what to do", () => {
  const asked = variablesOf(readText(COMPOSE_FILE)).filter(({ name }) => SECRETS.includes(name));
  expect(new Set(asked.map(({ name }) => name))).toEqual(new Set(SECRETS));
  for (const { fallback } of asked) expect(fallback).toMatch(/^:?\?is not set - .{20,}/);
});

it("[DP6] production gives no secret a value, and development none that opens anything", () => {
  const production = readEnvFile("deploy/production.env.example");
  expect(SECRETS.filter((name) => production.has(name))).toEqual([]);
  const development = readEnvFile("deploy/dev.env");
  expect(development.get("TOKEN_KEYS")).toBe("");
  expect(development.get("ORIGIN_TOKEN")).toBe("");
  // Grafana makes no account then: this password is nobody's.
  expect([development.get("GRAFANA_OPEN"), development.get("PUBLISH_ADDRESS")]).toEqual(["true", undefined]);
});

it("[DP6] a test's users are made in development alone", () => {
  expect(service("seed").environment?.SEED_TESTER).toBe(`\${SEED_TESTER:-false}`);
  expect(readEnvFile("deploy/production.env.example").has("SEED_TESTER")).toBe(false);
});

it("[DP6] every variable of the env files is one that the compose file asks for", () => {
  const asked = new Set(variablesOf(readText(COMPOSE_FILE)).map(({ name }) => name));
  const set = ["deploy/dev.env", "deploy/production.env.example"].flatMap((path) => [...readEnvFile(path).keys()]);
  expect(set.filter((name) => !asked.has(name))).toEqual([]);
});

it.each(REPLICAS)("[DP8] %s is given settings that the origin reads, by names that it knows", (name) => {
  const environment = service(name).environment ?? {};
  const read = readText("origin/settings.ts").matchAll(/env\.([A-Z_]+)/g);
  const known = new Set([...read].map(([, setting]) => setting).concat("ORIGIN_TOKEN", "ORIGIN_TOKEN_FILE"));
  expect(Object.keys(environment).filter((setting) => !known.has(setting))).toEqual([]);
  const filled = Object.entries(environment).map(([setting, text]) => [setting, withDefaults(text)] as const);
  expect(() => readOriginSettings(Object.fromEntries(filled))).not.toThrow();
});

it("[DP8] the edge's settings are those of wrangler.toml, with the same defaults", () => {
  const { vars } = readWorkerSettings(`${root}/wrangler.toml`, {}, "production");
  const { HOST, PORT, DATA_DIR, TOKEN_KEYS, ...rest } = service("edge").environment ?? {};
  expect([HOST, PORT, DATA_DIR, typeof TOKEN_KEYS]).toEqual(["0.0.0.0", "8080", "/data", "string"]);
  expect(Object.fromEntries(Object.entries(rest).map(([name, text]) => [name, withDefaults(text)]))).toEqual(vars);
});

beforeAll(() => void ensureDeployCheck(), BUILD_MS_MAX);

it("[DP9] Compose v2's own parser takes the file, with either profile and both env files", ({ skip }) => {
  const parsers = requireParsers("the compose file with Compose's own parser", skip);
  const project = readCompose(parsers, COMPOSE_FILE, "deploy/dev.env");
  expect(Object.keys((project as { readonly services: object }).services).sort()).toEqual([...services.keys()].sort());
  const incomplete = () => readCompose(parsers, COMPOSE_FILE, "deploy/production.env.example");
  for (const name of SECRETS) expect(incomplete).toThrow(`required variable ${name} is missing a value: is not set -`);
});

function withDefaults(text: string): string {
  return text.replace(/\$\{[A-Z_]+(?::-([^}]*)|[^}]*)\}/g, (_, fallback: string | undefined) => fallback ?? "");
}
