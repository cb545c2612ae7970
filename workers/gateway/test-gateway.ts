import { createExecutionContext } from "cloudflare:test";
import { type Calls, fakeServices, testEnv } from "./fake-services.ts";
import { createGateway, type GatewayEnv } from "./gateway.ts";

/** A gateway over fake services, and everything that it asked them. */
export function testGateway(overrides: Partial<Record<string, () => unknown>> = {}, env: Partial<GatewayEnv> = {}) {
  const calls: Calls = [];
  const gateway = createGateway<GatewayEnv>(() => fakeServices(calls, overrides));
  const settings = { ...testEnv, ...env };

  async function request(path: string, init: RequestInit<IncomingRequestCfProperties> = {}): Promise<Response> {
    const incoming = new Request<unknown, IncomingRequestCfProperties>(`http://chat.test${path}`, init);
    return gateway.fetch(incoming, settings, createExecutionContext());
  }

  async function call(method: string, path: string, token?: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    return request(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }

  async function post(path: string, body: unknown): Promise<{ code: number; message: string; data: unknown }> {
    return (await request(path, { method: "POST", body: JSON.stringify(body) })).json();
  }

  return { calls, request, call, post };
}
