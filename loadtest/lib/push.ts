import { gochat } from "./http.ts";
import { publishers } from "./publishing.ts";
import type { LoadUser } from "./users.ts";

/** Sends a stamped message to a room. */
export function pushToRoom({ token }: LoadUser, room: number): void {
  publishers.publish(`r${room}`, (text) => gochat.pushRoom(token, room, text).isSuccess);
}

/** Sends a stamped message to a user. The room is the one that its frame will name. */
export function pushToUser({ token }: LoadUser, to: LoadUser, room: number): void {
  publishers.publish(`u${to.userId}`, (text) => gochat.push(token, to.userId, room, text).isSuccess);
}
