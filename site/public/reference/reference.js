// The default layout asks nobody else: no validator badge, no fonts, no remote document.
SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#reference", validatorUrl: null, deepLinking: true });
