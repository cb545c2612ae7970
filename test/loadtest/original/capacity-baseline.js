import { sleep } from "k6";
import { count, getRoomInfo, pushRoom, pushToAny } from "./push-requests.js";
import { checkAuth, login, own, registerUsers, short } from "./requests.js";

export const options = short;

export function setup() {
  return registerUsers();
}

export default function (users) {
  const { userName, passWord } = own(users);
  const roomId = (__VU % 10) + 1;
  const me = { userName, authToken: login({ userName, passWord }) };
  checkAuth(me);
  for (let i = 0; i < 3; i++) pushToAny(me, users, roomId);
  for (let i = 0; i < 3; i++) pushRoom(me, roomId);
  count(me, roomId);
  getRoomInfo(me, roomId);
  sleep(0.3 + Math.random() * 0.4);
}
