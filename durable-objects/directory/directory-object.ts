import { DurableObject } from "cloudflare:workers";
import type { DirectoryStub } from "../../contracts/objects.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { migrate } from "../lib/migrate.ts";
import { migrations } from "./migrations.ts";

/** The one object that knows which id belongs to which name. It only ever adds. */
export class DirectoryObject extends DurableObject<ObjectEnv> implements DirectoryStub {
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

  /** Whether storage answers: reads a row and waits until everything written is on disk. */
  async ready(): Promise<boolean> {
    this.#find("");
    await this.ctx.storage.sync();
    return true;
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
