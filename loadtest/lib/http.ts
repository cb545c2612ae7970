import http from "k6/http";
import { Rate } from "k6/metrics";
import type { Envelope } from "../../contracts/gochat.ts";
import { moment } from "./clock.ts";
import { readEnvelope } from "./envelope.ts";
import { toRequest } from "./gochat-request.ts";
import { recordHttp, tagsOf } from "./steady.ts";

/** An answer of gochat's API. A success is HTTP 200 and code 0. */
export type Answer = Envelope & { readonly isSuccess: boolean };

/** The share of all requests that were successes, steady or not. */
const success = new Rate("success");

/** gochat's API under load: every request is tagged {name, step, vus, phase} and counted in the steady metrics. */
export const gochat = {
  register: (userName: string, passWord: string) => post("register", "/user/register", { userName, passWord }),
  login: (userName: string, passWord: string) => post("login", "/user/login", { userName, passWord }),
  checkAuth: (authToken: string) => post("checkAuth", "/user/checkAuth", { authToken }),
  logout: (authToken: string) => post("logout", "/user/logout", { authToken }),
  push: (authToken: string, toUserId: number, roomId: number, msg: string) =>
    post("push", "/push/push", { authToken, toUserId: String(toUserId), roomId, msg }),
  pushRoom: (authToken: string, roomId: number, msg: string) =>
    post("pushRoom", "/push/pushRoom", { authToken, roomId, msg }),
  count: (authToken: string, roomId: number) => post("count", "/push/count", { authToken, roomId }),
  roomInfo: (authToken: string, roomId: number) => post("getRoomInfo", "/push/getRoomInfo", { authToken, roomId }),
} as const;

function post(name: string, path: string, body: object): Answer {
  const began = moment();
  const request = toRequest(path, body, tagsOf(name, began));
  const response = http.post(request.url, request.body, request.params);
  const envelope = readEnvelope(response);
  const isSuccess = envelope.code === 0;
  success.add(isSuccess);
  recordHttp(response, name, isSuccess, began);
  return { ...envelope, isSuccess };
}
