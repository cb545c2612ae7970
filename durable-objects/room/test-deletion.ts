import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { freshRoom, roomOf, signIn, valueIn } from "../lib/test-people.ts";

/** What a deletion answers that found a room, and one that found none. */
export const DELETED = { ok: true, value: true };
export const ABSENT = { ok: true, value: false };

/** A created room and its owner. */
export async function createRoom(visibility: "listed" | "private" = "listed") {
  const name = freshRoom();
  const owner = await signIn("Owner");
  const { epoch } = valueIn(await roomOf(name).create(owner, visibility));
  return { name, room: roomOf(name), owner, epoch };
}

/** Every row of a room that is no letter, nor a job that carries one, by table. */
export async function rowsOf(name: string): Promise<Record<string, number>> {
  return runInDurableObject(env.ROOM.getByName(name), (_, { storage: { sql } }) => {
    const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
    const goesOn = new Set(["migrations", "outbox", "job", "sqlite_sequence"]);
    const kept = (table: string) => table.startsWith("_cf_") || goesOn.has(table);
    const counted = tables
      .filter((table) => !kept(table.name))
      .map((table) => [table.name, Number(sql.exec(`SELECT COUNT(*) AS n FROM "${table.name}"`).one().n)] as const);
    return Object.fromEntries(counted.filter(([, rows]) => rows > 0));
  });
}
