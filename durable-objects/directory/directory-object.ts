import { DurableObject } from "cloudflare:workers";
import {
  type DirectoryStub,
  type EntrustedAccount,
  KEPT_ALREADY,
  type NewAccount,
  type StoredPassword,
} from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { migrate } from "../lib/migrate.ts";
import { migrations } from "./migrations.ts";

/** The id of a new account; what is known of one that was not new. */
type Entrusting = number | null | typeof KEPT_ALREADY;
type EntrustedRow = { readonly name: string; readonly scheme: StoredPassword["scheme"]; readonly phc: string };

/** The one object that knows which id belongs to which name. A name may get another id; an id never another name. */
export class DirectoryObject extends DurableObject<ObjectEnv> implements DirectoryStub {
  static {
    receiveCalls(DirectoryObject.prototype, { object: "directory" });
  }
  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, env);
    migrate(ctx.storage, migrations);
  }

  // RPC

  /** The ids of these keys, null where nobody registered. */
  async find(keys: readonly string[]): Promise<readonly (number | null)[]> {
    return keys.map((key) => this.#find(key));
  }

  /** The ids of these keys; a key that is new gets the next number. All of them or none. [AC3] */
  async allocate(keys: readonly string[]): Promise<readonly number[]> {
    return this.ctx.storage.transactionSync(() => keys.map((key) => this.#find(key) ?? this.#add(key)));
  }

  /** Keeps accounts for user objects that are still asleep. All of them or none. [AC10] */
  async entrust(accounts: readonly EntrustedAccount[]): Promise<readonly Entrusting[]> {
    return this.ctx.storage.transactionSync(() => accounts.map((account) => this.#entrust(account)));
  }

  async entrusted(id: number): Promise<NewAccount | null> {
    const [row] = this.ctx.storage.sql.exec<EntrustedRow>("SELECT name, scheme, phc FROM entrusted WHERE id = ?", id);
    if (row === undefined) return null;
    const { name, scheme, phc } = row;
    return { id, name, password: { scheme, phc } };
  }

  async release(id: number): Promise<void> {
    this.ctx.storage.sql.exec("DELETE FROM entrusted WHERE id = ?", id);
  }

  /** Frees a key that still belongs to this id, and drops what was kept for that id. Done again it changes nothing. [AC18] */
  async forget(key: string, id: number): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      const freed = this.ctx.storage.sql.exec("DELETE FROM name WHERE key = ? AND id = ? RETURNING id", key, id);
      if (freed.toArray().length > 0) this.ctx.storage.sql.exec("DELETE FROM entrusted WHERE id = ?", id);
    });
  }

  /** Whether storage answers: reads a row and waits until everything written is on disk. */
  async ready(): Promise<boolean> {
    this.#find("");
    await this.ctx.storage.sync();
    return true;
  }

  #entrust({ key, name, password }: EntrustedAccount): Entrusting {
    const known = this.#find(key);
    if (known !== null) return this.#keeps(known) ? KEPT_ALREADY : null;
    const id = this.#add(key);
    const { scheme, phc } = password;
    this.ctx.storage.sql.exec(
      "INSERT INTO entrusted (id, name, scheme, phc) VALUES (?, ?, ?, ?)",
      id,
      name,
      scheme,
      phc,
    );
    return id;
  }

  #keeps(id: number): boolean {
    return !this.ctx.storage.sql.exec("SELECT 1 FROM entrusted WHERE id = ?", id).next().done;
  }

  #find(key: string): number | null {
    const [row] = this.ctx.storage.sql.exec<{ id: number }>("SELECT id FROM name WHERE key = ?", key);
    return row?.id ?? null;
  }

  // Never INSERT OR IGNORE: an ignored insert would use up a number.
  #add(key: string): number {
    return this.ctx.storage.sql.exec<{ id: number }>("INSERT INTO name (key) VALUES (?) RETURNING id", key).one().id;
  }
}
