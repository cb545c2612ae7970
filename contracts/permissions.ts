import type { RoomRole, RoomSettings } from "./rooms.ts";

/**
 * As whom somebody acts in a room: with a role there, as one of the two of a direct conversation, or as a guest, who may
 * use the room and is no member.
 */
export type Standing = RoomRole | "peer" | "guest";
/** A cell: always, never, or as the room's setting of that name says. */
type Cell = boolean | keyof RoomSettings;

/** Every standing that there is, in the order of the columns. */
export const standings = [
  "owner",
  "moderator",
  "member",
  "read-only",
  "peer",
  "guest",
] as const satisfies readonly Standing[];

const always = [true, true, true, true, true, true] as const;
const owners = [true, false, false, false, false, false] as const;
const moderators = [true, true, false, false, false, false] as const;
const writers = [true, true, true, false, true, true] as const;

/**
 * Who may do what in a room that one may use: the one table that code, tests and docs/spec.md read, one row an action,
 * one column a standing. "Own" is what one has written oneself. Nobody edits what somebody else wrote. [ED5]
 */
export const permissions = {
  post: [true, true, "whoMayPost", false, true, "whoMayPost"],
  editOwn: writers,
  deleteOwn: always,
  deleteAny: moderators,
  react: writers,
  readOwnVersions: always,
  readVersions: moderators,
  mentionRoom: moderators,
  pin: [true, true, false, false, true, false],
  invite: [true, "whoMayInvite", "whoMayInvite", false, false, false],
  manageInvitations: moderators,
  mute: moderators,
  kick: moderators,
  ban: moderators,
  purge: moderators,
  readModeration: moderators,
  report: always,
  describe: moderators,
  configure: owners,
  assignRoles: owners,
  deleteRoom: owners,
  export: [true, true, true, true, true, false],
} as const satisfies Record<string, readonly [Cell, Cell, Cell, Cell, Cell, Cell]>;

/** What needs a permission. `describe` changes title and topic, `configure` the rest of a profile. */
export type RoomAction = keyof typeof permissions;

/** Who a setting lets through, of those whose cell names it. */
const reach: { readonly [Name in keyof RoomSettings]: Readonly<Record<RoomSettings[Name], readonly Standing[]>> } = {
  whoMayPost: { everybody: ["member", "guest"], members: ["member"], moderators: [] },
  whoMayInvite: { members: ["moderator", "member"], moderators: ["moderator"], owner: [] },
};

/** What a room is like whose owner said nothing, and every room that has no owner. */
export const defaultSettings: RoomSettings = { whoMayPost: "everybody", whoMayInvite: "moderators" };

/** Whether somebody of a standing may do something under a room's settings. */
export function isAllowed(standing: Standing, action: RoomAction, settings: RoomSettings = defaultSettings): boolean {
  const cell: Cell = permissions[action][standings.indexOf(standing)] ?? false;
  if (typeof cell === "boolean") return cell;
  return cell === "whoMayPost"
    ? reach.whoMayPost[settings.whoMayPost].includes(standing)
    : reach.whoMayInvite[settings.whoMayInvite].includes(standing);
}

/** Whether one may mute, kick, ban or purge another: the owner everybody else, moderators those below them. */
export function outranks(standing: Standing, other: Standing): boolean {
  return rank(standing) > rank(other);
}

function rank(standing: Standing): number {
  if (standing === "owner") return 2;
  return standing === "moderator" ? 1 : 0;
}
