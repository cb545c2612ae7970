import { sleep } from "k6";
import { count, getRoomInfo, pushRoom, pushToAny } from "./push-requests.js";
import { checkAuth, own, registerUsers, short } from "./requests.js";
import { listen } from "./socket.js";

const { duration, thresholds } = short;

export const options = {
  scenarios: {
    http: { executor: "constant-vus", exec: "useApi", vus: 4, duration },
    websocket: { executor: "constant-vus", exec: "useSocket", vus: 1, duration },
  },
  thresholds: {
    ...thresholds,
    http_req_failed: ["rate<0.05"],
  },
};

export function setup() {
  return registerUsers();
}

export function useApi(users) {
  const me = own(users);
  checkAuth(me);
  for (let i = 0; i < 5; i++) {
    pushToAny(me, users);
    sleep(0.05 + Math.random() * 0.1);
  }
  for (let i = 0; i < 5; i++) {
    pushRoom(me);
    sleep(0.05 + Math.random() * 0.1);
  }
  for (let i = 0; i < 2; i++) {
    count(me);
    sleep(0.1);
  }
  getRoomInfo(me);
}

/** The original's sessions take 20 to 40 s. */
export function useSocket(users) {
  listen(users, 1000);
}
