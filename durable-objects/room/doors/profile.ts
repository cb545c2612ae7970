import { isAllowed } from "../../../contracts/permissions.ts";
import { fail, ok, type Refusal, type Reply } from "../../../contracts/reply.ts";
import type { ProfilePatch } from "../../../contracts/rooms.ts";
import type { Membership } from "../membership.ts";
import { ModerationLog } from "../moderation/moderation-log.ts";
import type { PostGate } from "../moderation/post-gate.ts";
import type { Caller, RoomContext } from "../room-context.ts";
import type { LobbyNews } from "./lobby-news.ts";

type Parts = RoomContext & {
  readonly gate: Pick<PostGate, "forget">;
  readonly lobby: LobbyNews;
  readonly membership: Pick<Membership, "expelStrangers">;
};

/** What a room's owner says of it. */
export class Profile {
  readonly #room: Parts;
  readonly #moderation: ModerationLog;

  constructor(room: Parts) {
    this.#room = room;
    this.#moderation = new ModerationLog(room.storage.sql);
  }

  /** Takes over what differs, all of it or nothing, and says it on the log. What changes nothing is no event. [RO4] */
  change({ person, standing }: Caller, patch: ProfilePatch): Reply<null> {
    const refusal = this.#refuse(standing, patch);
    if (refusal !== null) return refusal;
    const different = this.#different(patch);
    const names = Object.keys(different);
    if (names.length === 0) return ok(null);
    const { meta, gate, lobby, membership } = this.#room;
    try {
      this.#room.record(person, { kind: "room", room: different }, () => {
        meta.patch(different);
        this.#moderation.note({ by: person.id, action: "configure", reason: names.join(", ") }, Date.now());
        return [];
      });
    } catch (error) {
      meta.forget();
      throw error;
    } finally {
      gate.forget();
    }
    lobby.changed();
    if (different.visibility === "private") membership.expelStrangers();
    return ok(null);
  }

  #refuse(standing: Caller["standing"], { title, topic, ...rest }: ProfilePatch): Refusal | null {
    if (this.#room.kind !== "named") return fail("forbidden", "only created rooms can be changed");
    const settings = this.#room.meta.profile;
    const describes = title !== undefined || topic !== undefined;
    if (describes && !isAllowed(standing, "describe", settings)) {
      return fail("forbidden", "only the owner and moderators change title and topic");
    }
    const configures = Object.values(rest).some((value) => value !== undefined);
    return configures && !isAllowed(standing, "configure", settings)
      ? fail("forbidden", "only the room's owner changes its settings")
      : null;
  }

  /** The fields of a patch that say something else than now. */
  #different(patch: ProfilePatch): ProfilePatch {
    const { meta } = this.#room;
    const now: ProfilePatch = { ...meta.profile, ...(meta.visibility === null ? {} : { visibility: meta.visibility }) };
    const before = new Map(Object.entries(now).map(([name, value]) => [name, JSON.stringify(value)]));
    const fields = Object.entries(patch).filter(([, value]) => value !== undefined);
    return Object.fromEntries(fields.filter(([name, value]) => JSON.stringify(value) !== before.get(name)));
  }
}
