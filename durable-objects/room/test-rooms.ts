import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { RoomEvent } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import type { RoomDraft, RoomVisibility } from "../../contracts/rooms.ts";
import { freshRoom, roomOf, signIn, valueIn } from "../lib/test-people.ts";
import { readLog } from "./test-changes.ts";

/** A created room, and four people who know of it. */
export async function openRoom(visibility: RoomVisibility = "listed", draft: RoomDraft = {}) {
  const name = freshRoom();
  const room = roomOf(name);
  const [owner, ann, bob, eve] = await Promise.all([signIn("Owner"), signIn("Ann"), signIn("Bob"), signIn("Eve")]);
  valueIn(await room.create(owner, visibility, draft));
  const log = () => readLog(name, owner);
  const roleOf = async ({ userId }: Identity) =>
    valueIn(await room.members(owner)).find((member) => member.userId === userId)?.role;
  return { name, room, owner, ann, bob, eve, log, roleOf };
}

/** What an event of a membership says, in short. */
export function toMembership({ kind, from, subject, member }: RoomEvent) {
  return [kind, from.name, subject?.name, member?.change, member?.role];
}

/** The moderation log as rows, the oldest first. */
export function readNotes(name: string): Promise<readonly Record<string, SqlStorageValue>[]> {
  return runInDurableObject(env.ROOM.getByName(name), (_, { storage }) =>
    storage.sql.exec("SELECT actor, action, subject, reason FROM moderation ORDER BY no").toArray(),
  );
}
