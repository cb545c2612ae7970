import { sleep } from "k6";
import http from "k6/http";
import { moment } from "./clock.ts";
import { readEnvelope } from "./envelope.ts";
import { toRequest } from "./gochat-request.ts";
import { publishers } from "./publishing.ts";
import { roomRate, rooms } from "./settings.ts";
import { tagsOf } from "./steady.ts";
import { type LoadUser, userOf } from "./users.ts";

/**
 * An iteration of the publisher beside sockets that only listen: a message into every room at once, so that there is
 * something to check. It is no load of the step and counts in no steady metric.
 */
export function publishRooms(users: readonly LoadUser[]): void {
  const dueMs = Date.now() + 1_000 / roomRate;
  const tags = tagsOf("pushRoom", moment());
  const messages = Array.from({ length: rooms }, (_, i) => ({ room: i + 1, ...publishers.prepare(`r${i + 1}`) }));
  const { token } = userOf(users, 0);
  const responses = http.batch(
    messages.map(({ room, text }) => toRequest("/push/pushRoom", { authToken: token, roomId: room, msg: text }, tags)),
  );
  messages.forEach(({ acked }, i) => {
    const response = responses[i];
    if (response !== undefined && readEnvelope(response).code === 0) acked();
  });
  publishers.report();
  sleep(Math.max(0, dueMs - Date.now()) / 1_000);
}
