import { limits } from "../../../contracts/limits.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";

/** A message to pin or to take down, by whom and when. */
type Wish = { readonly seq: number; readonly on: boolean; readonly userId: number; readonly at: number };
export type PinRow = { seq: number; actor: number; at: number };

/** Which messages are pinned. Written in the transaction of the event that says so. */
export class PinStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Pins or takes down; false when that changes nothing. */
  set({ seq, on, userId, at }: Wish): Reply<boolean> {
    if (!on) return ok(this.drop(seq));
    const { rowsWritten } = this.#sql.exec(
      `INSERT INTO pin (seq, actor, at) SELECT ?, ?, ? WHERE (SELECT COUNT(*) FROM pin) < ${limits.PINS_PER_ROOM_MAX}
       ON CONFLICT DO NOTHING`,
      seq,
      userId,
      at,
    );
    if (rowsWritten > 0) return ok(true);
    return this.#has(seq)
      ? ok(false)
      : fail("conflict", `a room has at most ${limits.PINS_PER_ROOM_MAX} pins: take another one down first`);
  }

  /** Takes a message down; false when it was not pinned. */
  drop(seq: number): boolean {
    return this.#sql.exec("DELETE FROM pin WHERE seq = ?", seq).rowsWritten > 0;
  }

  /** The newest pin first. */
  all(): readonly PinRow[] {
    return this.#sql.exec<PinRow>("SELECT seq, actor, at FROM pin ORDER BY at DESC, seq DESC").toArray();
  }

  #has(seq: number): boolean {
    return !this.#sql.exec("SELECT 1 FROM pin WHERE seq = ?", seq).next().done;
  }
}
