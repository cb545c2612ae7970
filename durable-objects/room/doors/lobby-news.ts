import { LOBBY_NAME } from "../../../contracts/objects.ts";
import type { RoomContext } from "../room-context.ts";

const COUNT_EVERY_MS = 10_000;
const STAMP = "lobby";

type Parts = Pick<RoomContext, "name" | "kind" | "env" | "meta" | "members" | "jobs">;

/**
 * What the lobby shows of the room. It is told the present state under a stamp that grows, by a job that is repeated
 * until it was told: news that overtake each other do no harm. A room that was never listed tells it nothing. [RO12]
 */
export class LobbyNews {
  readonly #room: Parts;

  constructor(room: Parts) {
    this.#room = room;
  }

  /** The profile changed, or the room began or ended. Call it after the transaction, in its turn. */
  changed(): void {
    this.#schedule(0);
  }

  /** Members came or went: told at most every 10 s. */
  counted(): void {
    if (this.#isListed) this.#schedule(COUNT_EVERY_MS);
  }

  /** The job behind the alarm. */
  async tell(): Promise<undefined> {
    const { name, env, meta, members } = this.#room;
    if (!this.#isListed && !this.#wasListed) return;
    const stamp = Math.max(Date.now(), Number(meta.read(STAMP) ?? 0) + 1);
    meta.write(STAMP, String(stamp));
    const lobby = env.LOBBY.getByName(LOBBY_NAME);
    const { title, topic } = meta.profile;
    if (this.#isListed) await lobby.list({ room: name, title, topic, members: members.size }, stamp);
    else await lobby.unlist(name, stamp);
  }

  /** What has to outlive a deletion, so that the lobby believes the next news. Call it to write what it answers. */
  carryOver(): () => void {
    const { meta } = this.#room;
    const stamp = meta.read(STAMP);
    return () => {
      if (stamp !== null) meta.write(STAMP, stamp);
    };
  }

  get #isListed(): boolean {
    const { kind, meta } = this.#room;
    return kind === "named" && meta.visibility === "listed" && !meta.profile.archived;
  }

  get #wasListed(): boolean {
    return this.#room.meta.read(STAMP) !== null;
  }

  #schedule(inMs: number): void {
    if (this.#isListed || this.#wasListed) void this.#room.jobs.schedule("lobby", Date.now() + inMs);
  }
}
