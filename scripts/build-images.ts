import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build as bundle } from "esbuild";
import { build } from "../self-host/build.ts";

const root = join(import.meta.dirname, "..");
const images = join(root, "dist", "images");
/** As docker-compose.origin.yml names them. */
const VERSION = "0.1.0";
const ENTRY = {
  origin: "origin/start.ts",
  server: "self-host/start.ts",
  admin: "self-host/admin.ts",
  hashServer: "self-host/hash-server.ts",
  health: "deploy/health/healthcheck.ts",
} as const;

// CommonJS packages ask for these, and a module has none of them. Those that load files look for ../../proto.
const commonJs = `import { createRequire as createCommonJsRequire } from "node:module";
const require = createCommonJsRequire(import.meta.url);
const __dirname = import.meta.dirname + "/package/build";`;

/** What packages of the origin load when they are imported: it lies beside the bundle. */
const PROTOS = { health: "grpc-health-check/proto", reflection: "@grpc/reflection/build/proto/grpc" } as const;

// What packages load only where it is installed, which it is not here.
const OPTIONAL = ["bufferutil", "utf-8-validate"];

/** Bundles a program of the project and its packages into one file. */
async function bundleInto(outfile: string, entry: string): Promise<void> {
  await bundle({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    external: OPTIONAL,
    banner: { js: commonJs },
    logLevel: "warning",
  });
}

/** An empty context with a package.json, so that Node takes its files for modules, and folders for the volumes. */
function createContext(image: string, volumes: readonly string[]): string {
  const context = join(images, image);
  rmSync(context, { recursive: true, force: true });
  for (const volume of volumes) {
    mkdirSync(join(context, "volumes", volume), { recursive: true });
    chmodSync(join(context, "volumes", volume), 0o700); // mkdir would give this mode to the folders above, too
  }
  mkdirSync(join(context, "app"), { recursive: true });
  writeFileSync(join(context, "app", "package.json"), '{ "type": "module" }\n');
  cpSync(join(root, "deploy", `${image}.Dockerfile`), join(context, "Dockerfile"));
  return join(context, "app");
}

async function createOrigin(): Promise<void> {
  const app = createContext("origin", ["credential"]);
  cpSync(join(root, "deploy", "origin-entrypoint.sh"), join(app, "entrypoint.sh"));
  const packages = join(root, "node_modules");
  cpSync(join(packages, PROTOS.health), join(app, "proto"), { recursive: true });
  cpSync(join(packages, PROTOS.reflection), join(app, "proto", "grpc"), { recursive: true });
  await bundleInto(join(app, "origin.js"), ENTRY.origin);
  await bundleInto(join(app, "healthcheck.js"), ENTRY.health);
}

async function createEdge(): Promise<void> {
  const app = createContext("edge", ["data", "credential"]);
  await build(["monolith"]);
  for (const dir of ["worker", "site"]) cpSync(join(root, "dist", dir), join(app, "dist", dir), { recursive: true });
  cpSync(join(root, "wrangler.toml"), join(app, "wrangler.toml"));
  cpSync(join(root, "self-host", "assets.js"), join(app, "self-host", "assets.js"));
  copyWorkerd(join(app, "node_modules", "workerd"));
  await bundleInto(join(app, "self-host", "start.js"), ENTRY.server);
  await bundleInto(join(app, "self-host", "admin.js"), ENTRY.admin);
  await bundleInto(join(app, "self-host", "hash-server.js"), ENTRY.hashServer);
  await bundleInto(join(app, "healthcheck.js"), ENTRY.health);
}

/** The supervisor looks for workerd as for a package. Without install scripts the package holds a wrapper in its place. */
function copyWorkerd(target: string): void {
  const from = dirname(createRequire(import.meta.url).resolve("workerd/package.json"));
  const arch = process.arch === "arm64" ? "arm64" : "64";
  const binary = join(from, "..", "@cloudflare", `workerd-linux-${arch}`, "bin", "workerd");
  if (!existsSync(binary)) throw new Error("an image holds the workerd of this machine: build it on Linux");
  mkdirSync(join(target, "bin"), { recursive: true });
  cpSync(join(from, "package.json"), join(target, "package.json"));
  cpSync(binary, join(target, "bin", "workerd"));
  chmodSync(join(target, "bin", "workerd"), 0o755);
}

const { values } = parseArgs({ options: { docker: { type: "boolean", default: false } } });
await createOrigin();
await createEdge();
for (const image of values.docker ? ["origin", "edge"] : []) {
  execFileSync("docker", ["build", "--tag", `edgechat/${image}:${VERSION}`, join(images, image)], { stdio: "inherit" });
}
