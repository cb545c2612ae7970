import { sleep } from "k6";
import { call, login, own, registerUsers, short } from "./requests.js";

export const options = short;

export function setup() {
  return registerUsers();
}

export default function (users) {
  const authToken = login(own(users));
  call("logout", "/user/logout", { authToken });
  sleep(0.3);
}
