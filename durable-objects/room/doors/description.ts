import type { RoomDescription } from "../../../contracts/rooms.ts";
import type { Membership } from "../membership.ts";
import type { RoomContext } from "../room-context.ts";

type Parts = Pick<RoomContext, "name" | "kind" | "meta" | "log" | "members"> & {
  readonly membership: Pick<Membership, "roleOf">;
};

/** A room as a user sees it from outside. */
export function describeRoom(room: Parts, userId: number): RoomDescription {
  const { name, kind, meta, membership } = room;
  const { head, first, messages, epoch } = room.log;
  const visibility = meta.visibility ?? (kind === "direct" ? "private" : "listed");
  const role = membership.roleOf(userId);
  const members = room.members.size;
  return { ...meta.profile, room: name, kind, visibility, epoch, head, first, messages, members, role };
}
