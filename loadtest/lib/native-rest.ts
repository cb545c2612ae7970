import http, { type RefinedResponse } from "k6/http";
import { moment } from "./clock.ts";
import { recordHttp, tagsOf } from "./steady.ts";
import { target } from "./target.ts";

/** Asks the native API; every request is tagged and counted in the steady metrics. Null: it was no success. */
export function getJson<T>(name: string, path: string, token: string): T | null {
  const began = moment();
  const headers = { authorization: `Bearer ${token}` };
  const response: RefinedResponse<"text"> = http.get(`${target.url}/api/v1${path}`, {
    ...{ headers, tags: tagsOf(name, began), responseType: "text" },
  });
  recordHttp(response, name, response.status === 200, began);
  return response.status === 200 ? (JSON.parse(response.body) as T) : null;
}
