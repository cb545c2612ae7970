import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { objectKey, objectKeys } from "./object-keys.ts";
import { createTestFolder } from "./test-bundle.ts";
import { readWorkerSettings } from "./worker-settings.ts";
import { createWorkerdConfig } from "./workerd-config.ts";

const wranglerPath = join(import.meta.dirname, "..", "wrangler.toml");
const settings = readWorkerSettings(wranglerPath, {}, "production");
const worker = { settings, modules: ["monolith.js", "0123-argon2.wasm"], modulesDir: "worker", hashes: true };
const input = {
  workers: [worker],
  assetsModule: "assets.js",
  siteDir: "/data/run/site",
  objectsDir: "/data/objects",
  hasherSocket: "/data/run/hash.sock",
};

it("[SH6] the keys of stored objects are these, for good", () => {
  expect(objectKeys).toMatchObject({
    RoomObject: "room",
    CarrierObject: "carrier",
    UserObject: "user",
    DirectoryObject: "directory",
    AttemptObject: "attempt",
    RosterObject: "roster",
  });
  expect(new Set(Object.values(objectKeys)).size).toBe(Object.keys(objectKeys).length);
});

it("[SH6] every class of wrangler.toml has a key, and one without is refused by name", () => {
  for (const { className } of settings.objects) expect(objectKey(className)).toMatch(/^[a-z]+$/);
  expect(() => objectKey("RenamedObject")).toThrow("RenamedObject has no row in self-host/object-keys.ts");
});

it("[SH7] the production vars of wrangler.toml count, each replaced by the variable of its name", () => {
  expect(settings.vars).toMatchObject({ ENVIRONMENT: "production" });
  const changed = readWorkerSettings(
    wranglerPath,
    { SESSION_DAYS: "3", TRUSTED_PROXIES: "", UNRELATED: "x" },
    "production",
  );
  expect(changed.vars).toEqual({ ...settings.vars, SESSION_DAYS: "3", TRUSTED_PROXIES: "" });
});

it("[SH7] a wrangler.toml without the production bindings is refused by what it lacks", () => {
  const path = join(createTestFolder(), "wrangler.toml");
  writeFileSync(path, 'name = "x"\ncompatibility_date = "2026-10-20"\n[env.production.vars]\n');
  expect(() => readWorkerSettings(path, {}, "production")).toThrow("wrangler.toml has no table durable_objects");
});

it("[SH7] the configuration binds objects, modules, assets and the pool, and holds no secret and no network", () => {
  const config = createWorkerdConfig(input);
  expect(config).toContain('(name = "ROOM", durableObjectNamespace = "RoomObject")');
  expect(config).toContain('(className = "RoomObject", uniqueKey = "room", enableSql = true)');
  expect(config).toContain('(name = "0123-argon2.wasm", wasm = embed "worker/0123-argon2.wasm")');
  expect(config).toContain('(name = "TOKEN_KEYS", fromEnvironment = "TOKEN_KEYS")');
  expect(config).toContain('address = "unix:/data/run/hash.sock"');
  expect(config).toContain('(name = "internet", network = (allow = []))');
  expect(config).toContain(`compatibilityDate = "${settings.compatibilityDate}"`);
  expect(readFileSync(wranglerPath, "utf8")).not.toMatch(/TOKEN_KEYS\s*=/);
});

it("[SH7] a value cannot leave its text: quotes are escaped, control characters refused", () => {
  const quoted = { ...settings, vars: { NAME: 'a" ), (name = "x\n' } };
  expect(createWorkerdConfig({ ...input, workers: [{ ...worker, settings: quoted }] })).toContain(
    'text = "a\\" ), (name = \\"x\\n"',
  );
  const control = { ...settings, vars: { NAME: "\u0001" } };
  expect(() => createWorkerdConfig({ ...input, workers: [{ ...worker, settings: control }] })).toThrow(
    "control character",
  );
});
