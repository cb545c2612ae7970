import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { RoomEvent } from "../../../contracts/event.ts";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { directRoom } from "../../../contracts/names.ts";
import type { GrantedRole, ModerationAct, ProfilePatch, RoomVisibility } from "../../../contracts/rooms.ts";
import type { Change } from "../../../contracts/services.ts";
import { freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";

/** What an act changes where it closes no socket and removes no message. */
export const DONE = { ok: true, value: { removed: 0, closed: 0 } };
export const FORBIDDEN = { failure: "forbidden" };
export const edit = (seq: number): Change => ({ type: "edit", seq, body: "new" });
export const react = (seq: number): Change => ({ type: "react", seq, emoji: "👍", on: true });
export const remove = (seq: number): Change => ({ type: "delete", seq });
export const evict = (room: string) => evictDurableObject(env.ROOM.getByName(room));

/**
 * A room with somebody of every standing that a created room knows; the guest uses it and is no member. They are there
 * from the start: neither the log nor the moderation log says anything yet.
 */
export async function openClub(visibility: RoomVisibility = "unlisted") {
  const name = freshRoom();
  const [owner, moderator, member, reader, guest] = [
    await signIn("Owner"),
    await signIn("Moderator"),
    await signIn("Member"),
    await signIn("Reader"),
    await signIn("Guest"),
  ];
  const room = roomOf(name);
  const members = [
    { id: moderator.userId, name: "Moderator" },
    { id: member.userId, name: "Member" },
    { id: reader.userId, name: "Reader" },
  ];
  valueIn(await room.create(owner, visibility, { members }));
  await writeRole(name, moderator, "moderator");
  await writeRole(name, reader, "read-only");
  return { name, room, owner, moderator, member, reader, guest };
}

/** Gives a member a role by the row alone. */
async function writeRole(room: string, { userId }: Identity, role: GrantedRole): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
    storage.sql.exec("UPDATE member SET role = ? WHERE user_id = ?", role, userId);
  });
}

/** What somebody does to somebody. */
export function moderate(room: string, by: Identity, type: ModerationAct["type"], whom: Identity | number) {
  const userId = typeof whom === "number" ? whom : whom.userId;
  const act: ModerationAct =
    type === "mute" ? { type, userId, untilMs: Date.now() + 60_000, reason: "rude" } : { type, userId, reason: "rude" };
  return roomOf(room).moderate(by, act);
}

/** Gives a room another profile, as its owner would, and a fresh life to read it. */
export async function setProfile(room: string, patch: ProfilePatch): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
    storage.sql.exec("INSERT OR REPLACE INTO meta (key, value) VALUES ('profile', ?)", JSON.stringify(patch));
  });
  await evict(room);
}

/** The whole log, as somebody reads it. */
export async function readLog(room: string, by: Identity): Promise<readonly RoomEvent[]> {
  return valueIn(await roomOf(room).history(by, { after: 0, limit: limits.PAGE_MAX })).events;
}

/** Every row of a table. */
export function rowsOf(room: string, table: string) {
  return runInDurableObject(env.ROOM.getByName(room), (_, { storage }) =>
    storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
  );
}

/** The conversation of two who just met. */
export async function meet() {
  const [ann, bob] = [await signIn("Ann"), await signIn("Bob")];
  return { ann, bob, name: directRoom(ann.userId, bob.userId) };
}
