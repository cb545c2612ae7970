import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { register } from "prom-client";
import { describeError, log } from "../../contracts/log.ts";
import type { Readiness } from "./readiness.ts";

type OperationsOptions = { readonly host: string; readonly port: number; readonly readiness: () => Readiness };
export type OperationsServer = { readonly port: number; readonly close: () => void };

/** Serves GET /health, /ready and /metrics for probes and Prometheus. It says nothing of users and takes no orders. [OR4] */
export async function startOperations({ host, port, readiness }: OperationsOptions): Promise<OperationsServer> {
  const server = createServer((request, response) => void answer(request, response, readiness));
  server.listen(port, host);
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => end(server) };
}

async function answer(request: IncomingMessage, response: ServerResponse, readiness: () => Readiness): Promise<void> {
  const path = request.url?.split("?")[0];
  if (request.method !== "GET" && request.method !== "HEAD")
    return json(response, 405, { status: "method not allowed" });
  if (path === "/health") return json(response, 200, { status: "ok" });
  if (path === "/ready") return json(response, readiness().ready ? 200 : 503, readiness());
  if (path === "/metrics") return metrics(response);
  return json(response, 404, { status: "not found" });
}

async function metrics(response: ServerResponse): Promise<void> {
  try {
    const text = await register.metrics();
    response.writeHead(200, { "content-type": register.contentType }).end(text);
  } catch (error) {
    log("error", "metrics", { error: describeError(error) });
    json(response, 500, { status: "internal" });
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

function end(server: Server): void {
  server.close();
  server.closeAllConnections();
}
