// The four requests under /push/.
import { any, anyRoom, call } from "./requests.js";

/** A message to a user, whose id is sent as it was got: a number. gochat's own clients send it as a string. */
export function push({ authToken }, toUserId, roomId = anyRoom()) {
  return call("push", "/push/push", { authToken, msg: `push ${Date.now()}`, toUserId, roomId });
}

/** A message to a room. */
export function pushRoom({ authToken }, roomId = anyRoom()) {
  return call("pushRoom", "/push/pushRoom", { authToken, msg: `pushRoom ${Date.now()}`, roomId });
}

/** How many are in a room. */
export function count({ authToken }, roomId = anyRoom()) {
  return call("count", "/push/count", { authToken, roomId });
}

/** Who is in a room, which may be empty. */
export function getRoomInfo({ authToken }, roomId = anyRoom()) {
  return call("getRoomInfo", "/push/getRoomInfo", { authToken, roomId });
}

/** A message to anybody. */
export function pushToAny(user, users, roomId = anyRoom()) {
  return push(user, any(users).userId, roomId);
}
