import { limits } from "../../contracts/limits.ts";
import type { Account } from "../../contracts/objects.ts";
import type { Ended } from "../../contracts/services.ts";
import type { AccountStore } from "./account-store.ts";
import type { Mail, NewsLetter, RoomNews } from "./mail.ts";
import type { Ending, Revocations } from "./revocations.ts";
import type { RoomList } from "./room-list.ts";
import type { SessionStore } from "./session-store.ts";

type Parts = {
  readonly storage: DurableObjectStorage;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly rooms: RoomList;
  readonly mail: Mail;
  readonly revocations: Revocations;
};

/** Removes an account and has every room where it acted forget it: letters wait for as long as a room is away. [RI10] */
export class AccountErasure {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** All of it or nothing is stored; then everybody is told, sessions first. Answers how many places are still to be told. */
  async erase(account: Account): Promise<Ended> {
    const { storage, accounts, revocations, mail } = this.#parts;
    const { ending, letters } = storage.transactionSync(() => this.#store(account.id, Date.now()));
    accounts.reload();
    const ended = await revocations.tell(ending);
    await mail.deliver(letters, limits.REVOKE_WAIT_MS_MAX);
    return { ...ended, pending: this.#placesPending() };
  }

  /** Has a room forget the user that learnt of it too late to be in the list; one that was not erased stays known. */
  tellLate(room: string): void {
    const { storage, mail } = this.#parts;
    const [erased] = storage.sql.exec<{ user_id: number }>("SELECT user_id FROM erased");
    if (erased === undefined) return;
    mail.post(`room:${room}`, toErase(erased.user_id), Date.now());
    mail.flush();
  }

  #store(userId: number, nowMs: number): { readonly ending: Ending; readonly letters: readonly NewsLetter[] } {
    const { accounts, sessions, rooms, mail, revocations } = this.#parts;
    accounts.remove(nowMs);
    const ids = sessions.list(nowMs).map(({ id }) => id);
    const ending = revocations.endRemoved(userId, ids, nowMs);
    const letters = rooms.all().map((room) => mail.post(`room:${room}`, toErase(userId), nowMs));
    const toReports = mail.post("reports:reports", { type: "forget", userId }, nowMs);
    this.#forget();
    this.#parts.storage.sql.exec("INSERT INTO erased (user_id) VALUES (?)", userId);
    return { ending, letters: [...letters, toReports] };
  }

  /** What is the user's own beside the account and its sessions, and news that bears the name. */
  #forget(): void {
    const { sql } = this.#parts.storage;
    for (const table of ["room", "acted", "block", "preference", "suspended"]) sql.exec(`DELETE FROM ${table}`);
    sql.exec("DELETE FROM outbox WHERE json_extract(body, '$.type') = 'began'");
  }

  #placesPending(): number {
    const sql = "SELECT COUNT(DISTINCT target) AS places FROM outbox WHERE target NOT LIKE 'roster:%'";
    return this.#parts.storage.sql.exec<{ places: number }>(sql).one().places;
  }
}

function toErase(userId: number): RoomNews {
  return { type: "learn", userId, news: { type: "erase" } };
}
