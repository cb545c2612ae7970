import type { GatewayContext } from "../context.ts";
import { pageHeaders } from "../response-headers.ts";
import { describeHeaders, registerHeaders } from "./answer-headers.ts";
import type { Api } from "./api-app.ts";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>edgechat API</title>
<link rel="stylesheet" href="/reference/swagger-ui.css">
<script src="/reference/swagger-ui-bundle.js" defer></script>
<script src="/reference/reference.js" defer></script>
</head>
<body>
<main id="reference"></main>
<noscript>The document itself: <a href="/api/v1/openapi.json">openapi.json</a></noscript>
</body>
</html>
`;

/** The document at /api/v1/openapi.json, written from the schemas that validate, and a page that shows it. [API10] */
export function addReference(api: Api): void {
  api.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  registerHeaders(api);
  let document: string | undefined;
  api.get("/api/v1/openapi.json", (c) => {
    document ??= JSON.stringify(writeDocument(api));
    return c.body(document, 200, { "content-type": "application/json" });
  });
  api.get("/api/v1/docs", (c: GatewayContext) => c.html(PAGE, 200, pageHeaders));
}

function writeDocument(api: Api) {
  const document = api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "edgechat",
      version: "1.0.0",
      description: "Rooms with a log. Failures are RFC 9457 problems; gochat's routes stay beside this API.",
      license: { name: "MIT" },
    },
    servers: [{ url: "/" }],
  });
  return describeHeaders(document);
}
