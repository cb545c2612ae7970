import { isResponse, reach } from "./ask.ts";
import type { GatewayContext } from "./context.ts";
import { answerEnvelope, noSuchPath } from "./gochat/envelope.ts";
import { pageHeaders, traceResponseHeaders } from "./response-headers.ts";

/** A file of the site, or gochat's answer to a path that is not there. */
export async function servePage(c: GatewayContext): Promise<Response> {
  try {
    return (await readAsset(c)) ?? noSuchPath(c);
  } catch (error) {
    return answerEnvelope(error instanceof Error ? error : new Error(String(error)), c);
  }
}

// On Cloudflare the asset router was asked before the worker; on the bare runtime nobody stands in front.
async function readAsset(c: GatewayContext): Promise<Response | null> {
  const { assets } = c.env;
  if (assets === undefined || (c.req.method !== "GET" && c.req.method !== "HEAD")) return null;
  const asset = await reach(c, () => assets.fetch(c.req.raw), isResponse);
  if (asset.status === 404) return null;
  const response = new Response(asset.body, asset);
  const headers = { ...pageHeaders, ...traceResponseHeaders(c.var.trace) };
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
