import { sleep } from "k6";
import { push, pushToAny } from "./push-requests.js";
import { any, own, registerUsers, short } from "./requests.js";

export const options = short;

export function setup() {
  return registerUsers();
}

export default function (users) {
  pushToAny(own(users), users);
  push(own(users), String(any(users).userId));
  sleep(0.1);
}
