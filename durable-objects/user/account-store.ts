import type { Account, NewAccount, StoredPassword } from "../../contracts/objects.ts";
import { migrate } from "../lib/migrate.ts";
import { migrations } from "./migrations.ts";

type Row = {
  readonly id: number;
  readonly name: string;
  readonly scheme: StoredPassword["scheme"];
  readonly phc: string;
  readonly admin: number;
};

/** The one account of a user object, none yet, or none any more. Only `create` brings the schema into being. */
export class AccountStore {
  readonly #storage: DurableObjectStorage;
  #account: Account | null = null;
  #removed = false;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    if (!this.#hasSchema()) return;
    migrate(storage, migrations);
    this.reload();
  }

  /** The account, null while nobody registered and after it was removed. */
  read(): Account | null {
    return this.#account;
  }

  /** Whether there was an account that was removed. */
  wasRemoved(): boolean {
    return this.#removed;
  }

  /** Keeps the first account that is offered; answers false ever after. [AC4] */
  create({ id, name, password }: NewAccount): boolean {
    if (this.#account !== null || this.#removed) return false;
    migrate(this.#storage, migrations);
    this.#storage.sql.exec(
      "INSERT INTO account (one, id, name, scheme, phc) VALUES (1, ?, ?, ?, ?)",
      id,
      name,
      password.scheme,
      password.phc,
    );
    this.reload();
    return true;
  }

  /** Replaces the password. Call it in a transaction with what else must change, then `reload`. */
  setPassword({ scheme, phc }: StoredPassword): void {
    this.#storage.sql.exec("UPDATE account SET scheme = ?, phc = ?", scheme, phc);
  }

  /** Makes the user an administrator. */
  makeAdmin(): void {
    this.#storage.sql.exec("UPDATE account SET admin = 1");
    this.reload();
  }

  /** Deletes the account and remembers it. Call it in a transaction with what else must change, then `reload`. */
  remove(nowMs: number): void {
    this.#storage.sql.exec("DELETE FROM account");
    this.#storage.sql.exec("INSERT INTO removed (one, at) VALUES (1, ?)", nowMs);
  }

  /** Takes over what storage says, once a transaction is through. */
  reload(): void {
    this.#account = this.#load();
    this.#removed = this.#storage.sql.exec("SELECT 1 FROM removed").toArray().length > 0;
  }

  #hasSchema(): boolean {
    const tables = this.#storage.sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'");
    return tables.toArray().length > 0;
  }

  #load(): Account | null {
    const [row] = this.#storage.sql.exec<Row>("SELECT id, name, scheme, phc, admin FROM account");
    if (row === undefined) return null;
    const { id, name, scheme, phc, admin } = row;
    return { id, name, password: { scheme, phc }, admin: admin === 1 };
  }
}
