import { expect, it } from "vitest";
import { testGateway } from "../test-gateway.ts";

type Operation = {
  responses: Record<string, { content?: Record<string, { schema: unknown }>; headers?: Record<string, unknown> }>;
  security?: unknown;
  requestBody?: { required: boolean };
  parameters?: { name: string; in: string; schema: unknown }[];
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: Record<"schemas" | "headers" | "securitySchemes", Record<string, unknown>>;
};

async function readDocument(): Promise<Document> {
  const response = await testGateway().request("/api/v1/openapi.json");
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
  return response.json<Document>();
}

it("[API10] the document lists every route", async () => {
  const { paths } = await readDocument();
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((name) => `${name} ${path}`),
  );
  expect(routes.sort()).toEqual(
    [
      "post /api/v1/accounts",
      "get /api/v1/accounts/me",
      "put /api/v1/accounts/me/password",
      "post /api/v1/sessions",
      "get /api/v1/sessions",
      "delete /api/v1/sessions",
      "delete /api/v1/sessions/{sessionId}",
      "post /api/v1/rooms",
      "get /api/v1/rooms/{room}",
      "get /api/v1/rooms/{room}/members",
      "put /api/v1/rooms/{room}/members/{userId}",
      "delete /api/v1/rooms/{room}/members/{userId}",
      "post /api/v1/rooms/{room}/messages",
      "get /api/v1/rooms/{room}/messages",
      "put /api/v1/rooms/{room}/messages/{seq}",
      "delete /api/v1/rooms/{room}/messages/{seq}",
      "put /api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}",
      "delete /api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}",
      "get /api/v1/rooms/{room}/messages/{seq}/versions",
      "get /api/v1/rooms/{room}/presence",
      "get /api/v1/rooms/{room}/socket",
      "post /api/v1/direct/{userId}/messages",
      "post /api/v1/admin/users",
      "post /api/v1/admin/users/import",
      "put /api/v1/admin/administrators/{name}",
      "put /api/v1/rooms/{room}/mutes/{userId}",
      "delete /api/v1/rooms/{room}/mutes/{userId}",
      "put /api/v1/rooms/{room}/bans/{userId}",
      "delete /api/v1/rooms/{room}/bans/{userId}",
      "post /api/v1/rooms/{room}/kicks/{userId}",
      "delete /api/v1/rooms/{room}/users/{userId}/messages",
      "get /api/v1/rooms/{room}/restrictions",
      "get /api/v1/rooms/{room}/moderation",
      "post /api/v1/rooms/{room}/messages/{seq}/reports",
      "get /api/v1/rooms/{room}/reports",
      "get /api/v1/blocks",
      "put /api/v1/blocks/{userId}",
      "delete /api/v1/blocks/{userId}",
      "get /api/v1/admin/reports",
      "post /api/v1/admin/reports/{id}/resolution",
      "put /api/v1/admin/suspensions/{name}",
      "delete /api/v1/admin/suspensions/{name}",
      "get /api/v1/limits",
      "get /api/v1/rooms/{room}/messages/{seq}",
      "get /api/v1/rooms/{room}/messages/{seq}/thread",
      "get /api/v1/rooms/{room}/pins",
      "put /api/v1/rooms/{room}/pins/{seq}",
      "delete /api/v1/rooms/{room}/pins/{seq}",
      "get /api/v1/rooms/{room}/marks",
      "put /api/v1/rooms/{room}/marks",
      "get /api/v1/inbox",
      "get /api/v1/inbox/socket",
      "get /api/v1/uplink",
      "put /api/v1/inbox/rooms/{room}/mute",
      "delete /api/v1/inbox/rooms/{room}/mute",
      "get /api/v1/accounts/me/preferences",
      "patch /api/v1/accounts/me/preferences",
      "get /api/v1/rooms",
      "patch /api/v1/rooms/{room}",
      "delete /api/v1/rooms/{room}",
      "post /api/v1/rooms/{room}/join",
      "post /api/v1/rooms/{room}/leave",
      "post /api/v1/rooms/{room}/invitations",
      "get /api/v1/rooms/{room}/invitations",
      "delete /api/v1/rooms/{room}/invitations/{id}",
      "post /api/v1/direct/{userId}",
      "post /api/v1/groups",
      "get /api/v1/rooms/{room}/export",
      "get /api/v1/accounts/me/export",
      "post /api/v1/imports",
      "delete /api/v1/accounts/me",
      "delete /api/v1/admin/users/{name}",
    ].sort(),
  );
});
it("[API10] the document is OpenAPI 3.1, every reference in it resolves, and path parameters are declared", async () => {
  const document = await readDocument();
  expect(document.openapi).toBe("3.1.0");
  expect(document.components.securitySchemes).toEqual({ bearer: { type: "http", scheme: "bearer" } });
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(schemas|headers)\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(20);
  for (const [, kind = "", name = ""] of references) expect(document.components).toHaveProperty([kind, name]);
  for (const [path, methods] of Object.entries(document.paths)) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters = [] } of Object.values(methods)) {
      expect(parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name)).toEqual(wanted);
    }
  }
});
it("[API10] every operation documents its problems, and those with a body 413 and 415", async () => {
  const { paths } = await readDocument();
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    const statuses = Object.keys(operation.responses);
    const wanted = ["400", "429", "500", "503"];
    if (operation.security !== undefined) wanted.push("401");
    if (operation.requestBody !== undefined) wanted.push("413", "415");
    expect(statuses).toEqual(expect.arrayContaining(wanted));
    for (const status of wanted) {
      expect(Object.keys(operation.responses[status]?.content ?? {})).toEqual(["application/problem+json"]);
    }
  }
});
it("[API11] what may be null is described so: both a schema by name and null are never asked of one value", async () => {
  const document = JSON.stringify(await readDocument());
  expect(document).not.toMatch(/"allOf":\[[^\]]*"type":\["object","null"\]/);
});
it("[API11] [MO19] signing in documents the refusal of an account that is suspended", async () => {
  const { paths } = await readDocument();
  const refusal = paths["/api/v1/sessions"]?.post?.responses[403];
  expect(Object.keys(refusal?.content ?? {})).toEqual(["application/problem+json"]);
});
it("[API11] [IN2] joining documents the refusal of somebody whose inbox is full", async () => {
  const { paths } = await readDocument();
  expect(paths["/api/v1/rooms/{room}/join"]?.post?.responses[409]).toBeDefined();
});
it("[API11] every answer but a socket's 101 documents the headers that all answers of its status have", async () => {
  const { paths } = await readDocument();
  const more: Record<string, readonly string[]> = {
    401: ["WWW-Authenticate"],
    429: ["Retry-After"],
    503: ["Retry-After"],
  };
  for (const { responses } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    for (const [status, { headers = {} }] of Object.entries(responses)) {
      const wanted = status === "101" ? [] : ["X-Request-Id", ...(more[status] ?? [])];
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(wanted));
    }
  }
  for (const path of ["/api/v1/rooms", "/api/v1/groups", "/api/v1/imports"]) {
    expect(Object.keys(paths[path]?.post?.responses[201]?.headers ?? {})).toContain("Location");
  }
});
it("[API10] the reference page has no inline script and asks nobody else", async () => {
  const response = await testGateway().request("/api/v1/docs");
  expect(response.headers.get("content-type")).toContain("text/html");
  expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
  const page = await response.text();
  expect(page).not.toMatch(/https?:\/\/|<script>|\son\w+=/);
});
