import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Invitation, InvitationTerms } from "../../../contracts/rooms.ts";
import type { People } from "../people.ts";

const TOKEN_BYTES = 16;
const ID_BYTES = 9;

type Row = {
  id: string;
  created_by: number;
  created_at: number;
  expires_at: number | null;
  uses_left: number | null;
};

/** Invitations that are good, under the hashes of their tokens. What has expired or is used up is not found. [RO8] */
export class InvitationBook {
  readonly #sql: SqlStorage;
  readonly #people: Pick<People, "personOf">;

  constructor(sql: SqlStorage, people: Pick<People, "personOf">) {
    this.#sql = sql;
    this.#people = people;
  }

  /** Keeps a new invitation, and answers its token, which is not kept. */
  add(
    createdBy: number,
    { expiresAtMs, uses }: InvitationTerms,
    nowMs: number,
  ): { readonly id: string; readonly token: string } {
    const [id, token] = [randomText(ID_BYTES), randomText(TOKEN_BYTES)];
    this.#sql.exec(
      "INSERT INTO invitation (id, hash, created_by, created_at, expires_at, uses_left) VALUES (?, ?, ?, ?, ?, ?)",
      id,
      hashOf(token),
      createdBy,
      nowMs,
      expiresAtMs,
      uses,
    );
    return { id, token };
  }

  /** The good invitations, the oldest first; those that are not good any more are deleted. */
  all(nowMs: number): readonly Invitation[] {
    this.#sql.exec("DELETE FROM invitation WHERE expires_at <= ? OR uses_left <= 0", nowMs);
    const rows = this.#sql.exec<Row>("SELECT * FROM invitation ORDER BY created_at, id").toArray();
    return rows.map((row) => this.#toInvitation(row));
  }

  /** The good invitation of a token. */
  byToken(token: string, nowMs: number): Invitation | null {
    const [row] = this.#sql.exec<Row>(
      "SELECT * FROM invitation WHERE hash = ? AND COALESCE(expires_at > ?, 1) AND COALESCE(uses_left > 0, 1)",
      hashOf(token),
      nowMs,
    );
    return row === undefined ? null : this.#toInvitation(row);
  }

  /** Counts a use. Call it in the transaction of the membership that it makes. */
  use(id: string): void {
    this.#sql.exec("UPDATE invitation SET uses_left = uses_left - 1 WHERE id = ?", id);
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM invitation WHERE id = ?", id);
  }

  #toInvitation({ id, created_by, created_at, expires_at, uses_left }: Row): Invitation {
    const createdBy = this.#people.personOf(created_by);
    return { id, createdBy, createdAtMs: created_at, expiresAtMs: expires_at, usesLeft: uses_left };
  }
}

/** A token is 128 random bits: a hash without salt cannot be turned around. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function randomText(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("base64url");
}
