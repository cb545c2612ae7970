import { check } from "k6";
import { registerUsers, short } from "./requests.js";
import { listen } from "./socket.js";

export const options = short;

export function setup() {
  return registerUsers();
}

/** The original's sessions take 15 to 30 s. */
export default function (users) {
  const frames = listen(users, 500 + Math.random() * 500);
  check(frames, { "ws: a frame came": (came) => came > 0 });
}
