import { target } from "./target.ts";

/** A POST of gochat's API, as k6's batch takes it. */
export type GochatRequest = {
  readonly method: "POST";
  readonly url: string;
  readonly body: string;
  readonly params: { readonly headers: Record<string, string>; readonly tags: Record<string, string> };
};

/** A POST of gochat's API. */
export function toRequest(path: string, body: object, tags: Record<string, string>): GochatRequest {
  const params = { headers: { "content-type": "application/json" }, tags };
  return { method: "POST", url: target.url + path, body: JSON.stringify(body), params };
}
