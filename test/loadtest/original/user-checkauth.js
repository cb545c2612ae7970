import { sleep } from "k6";
import { checkAuth, own, registerUsers, short } from "./requests.js";

export const options = short;

export function setup() {
  return registerUsers();
}

export default function (users) {
  checkAuth(own(users));
  sleep(0.1);
}
