import { sleep } from "k6";
import { register, short } from "./requests.js";

export const options = short;

export default function () {
  register();
  sleep(0.3);
}
