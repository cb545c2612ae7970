import { sleep } from "k6";
import { getRoomInfo } from "./push-requests.js";
import { own, registerUsers, short } from "./requests.js";

export const options = short;

export function setup() {
  return registerUsers();
}

export default function (users) {
  getRoomInfo(own(users));
  sleep(0.1);
}
