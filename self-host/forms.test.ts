import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { forms, readFormName } from "./forms.ts";
import { objectKeys } from "./object-keys.ts";
import { readWorkerSettings } from "./worker-settings.ts";
import { createWorkerdConfig } from "./workerd-config.ts";

const root = join(import.meta.dirname, "..");
const read = ({ config, environment }: { readonly config: string; readonly environment?: string }) =>
  readWorkerSettings(join(root, config), {}, environment);
const services = forms.services.map(read);
const byName = new Map(services.map((settings) => [settings.name, settings]));
const ownClasses = (settings?: (typeof services)[number]) =>
  (settings?.objects ?? []).filter(({ script }) => script === undefined).map(({ className }) => className);

function configOf(name: keyof typeof forms): string {
  const workers = forms[name].map((worker) => ({
    settings: read(worker),
    modules: [worker.main],
    modulesDir: worker.dir,
    hashes: worker.hashes ?? false,
  }));
  const paths = { assetsModule: "assets.js", siteDir: "/s", objectsDir: "/o", hasherSocket: "/h" };
  return createWorkerdConfig({ workers, ...paths });
}

describe("the four workers", () => {
  it("[SV1] only the gateway has an address, on the bare runtime and on Cloudflare", () => {
    expect(configOf("services")).toContain('address = "127.0.0.1:0", http = (), service = "edgechat-gateway")');
    expect(configOf("services").match(/address = "127\.0\.0\.1:0"/g)).toHaveLength(1);
    expect(services.map(({ isPublic }) => isPublic)).toEqual([false, false, false, true]);
  });

  it("[SV1] every binding leads to a worker of the form, and to a class which that worker has", () => {
    const called = services.flatMap((worker) => worker.services.map(({ service }) => service));
    expect(called.filter((name) => !byName.has(name))).toEqual([]);
    const foreign = services.flatMap(({ objects }) => objects).filter(({ script }) => script !== undefined);
    const hasClass = (script = "", className = "") => ownClasses(byName.get(script)).includes(className);
    expect(foreign.filter(({ script, className }) => !hasClass(script, className))).toEqual([]);
  });

  it("[SV1] the secret goes to those who read tokens, and the pool to the one that hashes", () => {
    const readers = services.filter(({ secrets }) => secrets.includes("TOKEN_KEYS")).map(({ name }) => name);
    expect(readers).toEqual(["edgechat-auth", "edgechat-chat", "edgechat-gateway"]);
    expect(configOf("services").match(/name = "HASHER"/g)).toHaveLength(1);
  });

  it("[SV5] the gateway is the last to be deployed", () => {
    expect(services.at(-1)?.name).toBe("edgechat-gateway");
  });

  it("[SV6] each class has one owner, and the same key as in the monolith", () => {
    const classes = services.flatMap((settings) => ownClasses(settings));
    expect(classes.toSorted()).toEqual(Object.keys(objectKeys).toSorted());
    const namespaces = (config: string) => [...config.matchAll(/uniqueKey = "\w+"/g)].map(String).toSorted();
    expect(namespaces(configOf("services"))).toEqual(namespaces(configOf("monolith")));
  });

  it("[SV7] a setting has one value in both forms", () => {
    const monolith = forms.monolith.map(read)[0]?.vars;
    for (const { vars } of services) expect(monolith).toMatchObject(vars);
    expect(Object.assign({}, ...services.map(({ vars }) => vars))).toEqual(monolith);
  });
});

it("[SV6] a form that does not exist is refused by name", () => {
  expect(readFormName("services")).toBe("services");
  expect(() => readFormName("serverless")).toThrow('there is no form "serverless"');
});
