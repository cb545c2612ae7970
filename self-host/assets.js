// Runs on the bare runtime in front of its disk service, which knows no content types and answers a folder with a
// listing. Cloudflare's own asset server takes this place in a deployment. Plain JavaScript: it is served unbundled.

const types = new Map([
  ["html", "text/html; charset=utf-8"],
  ["js", "text/javascript; charset=utf-8"],
  ["css", "text/css; charset=utf-8"],
  ["json", "application/json"],
  ["map", "application/json"],
  ["webmanifest", "application/manifest+json"],
  ["txt", "text/plain; charset=utf-8"],
  ["svg", "image/svg+xml"],
  ["png", "image/png"],
  ["ico", "image/x-icon"],
  ["webp", "image/webp"],
  ["woff2", "font/woff2"],
  ["wasm", "application/wasm"],
]);

/** Serves the site's files: a folder by its index.html, nothing outside of the folder, no listing. [SH8] */
export const Assets = {
  async fetch(request, env) {
    if (request.method !== "GET" && request.method !== "HEAD") return plain(405, { allow: "GET, HEAD" });
    const { pathname } = new URL(request.url);
    if (pathname === "/_headers") return plain(404); // instructions for Cloudflare's asset server, no page
    const file = await read(env, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    if (file.status !== 200) return plain(file.status === 404 ? 404 : 502);
    // The disk service answers a folder with a listing that has no length; files always have one.
    if (file.headers.get("content-length") === null) return redirect(env, pathname);
    return toResponse(request, file, pathname.endsWith("/") ? "html" : pathname.split(".").at(-1));
  },
};

function read(env, path) {
  return env.SITE.fetch(`http://site${path}`);
}

async function redirect(env, pathname) {
  const index = await read(env, `${pathname}/index.html`);
  await index.body?.cancel();
  return index.status === 200 ? plain(307, { location: `${pathname}/` }) : plain(404);
}

function toResponse(request, file, extension) {
  const modified = file.headers.get("last-modified") ?? "";
  const headers = {
    "content-type": types.get(extension) ?? "application/octet-stream",
    "content-length": file.headers.get("content-length"),
    "last-modified": modified,
    "cache-control": "public, max-age=0, must-revalidate",
    "x-content-type-options": "nosniff",
  };
  if (request.headers.get("if-modified-since") === modified) return new Response(null, { status: 304, headers });
  return new Response(request.method === "HEAD" ? null : file.body, { headers });
}

function plain(status, headers = {}) {
  return new Response(status === 307 ? null : `${status}`, { status, headers });
}
