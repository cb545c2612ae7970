import { env } from "cloudflare:workers";
import type { Identity } from "../../contracts/identity.ts";
import type { RoomStub } from "../../contracts/objects.ts";
import type { Reply } from "../../contracts/reply.ts";

let users = 0;

/** A room's name that nobody used before. */
export function freshRoom(): string {
  return `room ${crypto.randomUUID().slice(0, 8)}`;
}

/** A number of a room that nobody used before. */
export function freshNumber(): string {
  return String(1 + random());
}

export function roomOf(name: string): RoomStub {
  return env.ROOM.getByName(name);
}

/** A user with an account and a live session. */
export async function signIn(name = `user ${users + 1}`): Promise<Identity> {
  users++;
  const userId = 1 + random() * 1_000 + users;
  const user = env.USER.getByName(String(userId));
  await user.create({ id: userId, name, password: { scheme: "argon2id", phc: "none" } });
  return openSession(userId);
}

/** One more session of a user. */
export async function openSession(userId: number): Promise<Identity> {
  const sessionId = crypto.randomUUID().replaceAll("-", "");
  const now = Date.now();
  const expiresAtMs = now + 3_600_000;
  const session = { id: sessionId, createdAtMs: now, expiresAtMs, label: "" };
  await env.USER.getByName(String(userId)).openSession(session);
  return { userId, sessionId, expiresAtMs, kind: "user" };
}

/** The value of a reply that has to be one. */
export function valueIn<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Error(`refused: ${reply.failure} ${reply.message}`);
  return reply.value;
}

function random(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}
