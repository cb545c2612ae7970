// Writes dist/site: the page, the API reference's files, and the headers for hosts that serve them without the worker.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pageHeaders } from "../workers/gateway/response-headers.ts";

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const target = path("dist/site");
const SWAGGER_FILES = [
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
  "swagger-ui.css",
  "LICENSE",
  "NOTICE",
];

rmSync(target, { recursive: true, force: true });
mkdirSync(`${target}/reference`, { recursive: true });
cpSync(path("site/public"), target, { recursive: true });
for (const file of SWAGGER_FILES) cpSync(path(`node_modules/swagger-ui-dist/${file}`), `${target}/reference/${file}`);

// Cloudflare's asset router reads this file: https://developers.cloudflare.com/workers/static-assets/headers/
const lines = Object.entries(pageHeaders).map(([name, value]) => `  ${name}: ${value}`);
writeFileSync(`${target}/_headers`, `/*\n${lines.join("\n")}\n`);
