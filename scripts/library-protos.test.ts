import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import { ask, createClient } from "../origin/grpc/test-grpc.ts";
import { libraryProtos } from "./library-protos.ts";

const root = join(import.meta.dirname, "..");
const banner = `import { createRequire as toRequire } from "node:module";
const require = toRequire(import.meta.url); const __dirname = import.meta.dirname; const __filename = import.meta.filename;`;
// A server whose contract nobody calls: health and reflection answer all the same.
const program = `
  import { contracts } from "./origin/grpc/contracts.ts";
  import { startContractServer } from "./origin/grpc/contract-server.ts";
  const server = await startContractServer(contracts[1], {}, "127.0.0.1", 0);
  server.setServing(true);
  console.log(server.port);`;

it("[NG8] health and reflection answer from a one-file bundle, in a folder without the packages", async () => {
  const folder = mkdtempSync(join(tmpdir(), "edgechat-bundle-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const outfile = join(folder, "bundle.mjs");
  await build({
    stdin: { contents: program, resolveDir: root, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: banner },
    plugins: [libraryProtos],
  });
  const child = spawn(process.execPath, [outfile], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => stop(child));
  const [line] = await once(child.stdout, "data");
  const health = createClient("health/v1/health.proto", "grpc.health.v1.Health", Number(line), [join(folder, "proto")]);
  onTestFinished(() => health.close());
  expect(await ask(health, "Check", { service: "gateway.GatewayService" })).toEqual({ status: 1 });
  for (const version of ["v1", "v1alpha"]) {
    const path = `grpc/reflection/${version}/reflection.proto`;
    const name = `grpc.reflection.${version}.ServerReflection`;
    const client = createClient(path, name, Number(line), [join(folder, "proto")]);
    onTestFinished(() => client.close());
    const call = client.ServerReflectionInfo?.();
    call.write({ list_services: "" });
    const [{ list_services_response: listed }] = await once(call, "data");
    expect(listed.service).toContainEqual({ name: "gateway.GatewayService" });
    call.write({ file_containing_symbol: "gateway.SubscribeRequest" });
    const [{ file_descriptor_response: found }] = await once(call, "data");
    expect(String(found.file_descriptor_proto[0])).toContain("after_seq");
    const over = once(call, "end");
    call.end();
    call.resume();
    await over;
  }
});

async function stop(child: ChildProcess): Promise<void> {
  child.kill();
  await once(child, "exit");
}
