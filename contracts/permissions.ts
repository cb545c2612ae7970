import type { RoomRole } from "./services.ts";

/** As whom somebody acts in a room: with a role there, or as a guest, who may use the room and is no member. */
export type Standing = RoomRole | "guest";

/** What needs a permission in a room that one may use. "Own" is what one has written oneself. */
export type RoomAction = "editOwn" | "deleteOwn" | "deleteAny" | "react" | "readOwnVersions" | "readVersions";

/** Every standing that there is. */
export const standings = ["owner", "moderator", "member", "guest"] as const satisfies readonly Standing[];

/**
 * Who may do what: the one table that code, tests and docs/spec.md read. Numbered rooms and conversations of two have
 * no owner and no moderators, so there everybody changes own messages only. [ED5]
 */
export const permissions = {
  editOwn: { owner: true, moderator: true, member: true, guest: true },
  deleteOwn: { owner: true, moderator: true, member: true, guest: true },
  deleteAny: { owner: true, moderator: true, member: false, guest: false },
  react: { owner: true, moderator: true, member: true, guest: true },
  readOwnVersions: { owner: true, moderator: true, member: true, guest: true },
  readVersions: { owner: true, moderator: true, member: false, guest: false },
} as const satisfies Record<RoomAction, Record<Standing, boolean>>;

/** Whether a role allows an action; null is a guest's. */
export function isAllowed(role: RoomRole | null, action: RoomAction): boolean {
  return permissions[action][role ?? "guest"];
}
