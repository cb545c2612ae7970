import { sleep } from "k6";
import { login, own, registerUsers, short } from "./requests.js";

export const options = short;

export function setup() {
  return registerUsers();
}

export default function (users) {
  login(own(users));
  sleep(0.3);
}
