import type { Person } from "../../contracts/event.ts";
import { contentHash } from "./content-hash.ts";
import type { Counters } from "./event-store.ts";
import type { Entry } from "./log-writer.ts";

/** A message that says something and nothing else: no answer, nobody named, no stamp. Most are. */
export type PlainMessage = { readonly from: Person; readonly id: string; readonly body: string };

/** Thrown inside of a transaction when an id was used before, so that all of it is undone. */
export class RepeatedId extends Error {}

/** The same as plain messages, or null when one of them is anything else. */
export function toPlain(entries: readonly Entry[]): readonly PlainMessage[] | null {
  const plain: PlainMessage[] = [];
  for (const entry of entries) {
    if (!("message" in entry) || entry.standing !== undefined) return null;
    const { id, body, replyTo, stamp } = entry.message;
    if (id === undefined || replyTo !== undefined || stamp !== undefined) return null;
    plain.push({ from: entry.from, id, body });
  }
  return plain;
}

// At most 100 parameters a statement. Few sizes, so that each is prepared once.
const SIZES = [32, 16, 8, 4, 2, 1] as const;
type Size = (typeof SIZES)[number];

const events = new Map(SIZES.map((size) => [size, toEventInsert(size)]));
const claims = new Map(SIZES.map((size) => [size, toClaimInsert(size)]));

/**
 * Writes plain messages behind a log's counters, many rows a statement: a statement for each row costs as much again as its
 * row. Throws RepeatedId when one of the ids was used before. Call it inside of a transaction.
 */
export function insertPlain(sql: SqlStorage, counters: Counters, messages: readonly PlainMessage[]): void {
  const { at } = counters;
  for (let from = 0; from < messages.length; ) {
    const size = SIZES.find((fits) => fits <= messages.length - from) ?? 1;
    const some = messages.slice(from, from + size);
    const seq = counters.head + from + 1;
    const bodies = some.flatMap(({ from: { id: actor }, body }) => [actor, body]);
    sql.exec(events.get(size) as string, seq, counters.messages + from + 1, at, ...bodies);
    const used = some.flatMap(({ from: { id: actor }, id, body }) => [actor, id, contentHash(body)]);
    const { rowsWritten } = sql.exec(claims.get(size) as string, seq, at, ...used);
    if (rowsWritten < size) throw new RepeatedId();
    from += size;
  }
}

function toEventInsert(size: Size): string {
  const rows = Array.from(
    { length: size },
    (_, i) => `(?1 + ${i}, 'message', ?${2 * i + 4}, ?3, ?2 + ${i}, ?${2 * i + 5})`,
  );
  return `INSERT INTO event (seq, kind, actor, at, message_no, body) VALUES ${rows.join(", ")}`;
}

function toClaimInsert(size: Size): string {
  const row = (i: number) => `(?${3 * i + 3}, ?${3 * i + 4}, ?${3 * i + 5}, ?1 + ${i}, ?2)`;
  const rows = Array.from({ length: size }, (_, i) => row(i));
  return `INSERT INTO sent (sender, client_id, hash, seq, at) VALUES ${rows.join(", ")} ON CONFLICT DO NOTHING`;
}
