import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { RoomEvent } from "../../../contracts/event.ts";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { directRoom } from "../../../contracts/names.ts";
import { freshNumber, freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { People } from "../people.ts";
import { evict, readLog } from "../test-changes.ts";
import { Mentions } from "./mentions.ts";

type Rows = readonly { readonly user_id: number; readonly seq: number; readonly actor: number }[];

/** A room in which Ann, Bob and Ann Lee have been. */
async function meet(room = freshNumber()) {
  const [ann, bob, lee] = [await signIn("Ann"), await signIn("Bob"), await signIn("Ann Lee")];
  for (const person of [ann, bob, lee]) await roomOf(room).describe(person);
  const say = async (by: Identity, body: string): Promise<RoomEvent | undefined> => {
    const { seq } = valueIn(await roomOf(room).send(by, { body }));
    return (await readLog(room, by))[seq - 1];
  };
  return { room, ann, bob, lee, say };
}

const inRoom = <T>(room: string, look: (mentions: Mentions, sql: SqlStorage) => T): Promise<T> =>
  runInDurableObject(env.ROOM.getByName(room), (_, { storage: { sql } }) =>
    look(new Mentions(sql, new People(sql)), sql),
  );
const rowsOf = (room: string): Promise<Rows> =>
  inRoom(room, (_, sql) =>
    sql.exec<Rows[number]>("SELECT user_id, seq, actor FROM mention ORDER BY seq, user_id").toArray(),
  );
const countFor = (room: string, userId: number, after = 0, blocked: readonly number[] = []) =>
  inRoom(room, (mentions) => mentions.count(userId, after, blocked));

describe("names in a message", () => {
  it("[TA4] the longest name that fits is meant, whatever its case, and each once in the order of the text", async () => {
    const { ann, bob, lee, say } = await meet();
    expect((await say(ann, "@bob, @ANN LEE and @Bob."))?.mentions).toEqual([bob.userId, lee.userId]);
    expect((await say(bob, "@Ann Leeway"))?.mentions).toEqual([ann.userId]);
    expect(await say(bob, "@Carol, x@bob and @Anna")).not.toHaveProperty("mentions");
  });

  it("[TA4] a name that somebody else had before means who has it now, and nobody from an import", async () => {
    const { room, ann, bob, say } = await meet();
    const insert = "INSERT INTO person (user_id, name, name_key) VALUES (?, 'x', ?)";
    await inRoom(room, (_, sql) => {
      sql.exec(insert, 1, "bob");
      sql.exec(insert, -7, "zoe");
    });
    expect((await say(ann, "@bob @zoe"))?.mentions).toEqual([bob.userId]);
  });

  it("[TA4] people from before there were keys are found, once they are looked for", async () => {
    const { room, ann, bob } = await meet();
    await inRoom(room, (_, sql) => sql.exec("UPDATE person SET name_key = NULL"));
    await evict(room);
    await roomOf(room).send(ann, { body: "@bob" });
    expect((await readLog(room, ann))[0]?.mentions).toEqual([bob.userId]);
  });

  it("[TA4] at most 50 people are named by one message, the first ones", async () => {
    const { room, ann, say } = await meet();
    const many = Array.from({ length: limits.MENTIONS_PER_MESSAGE_MAX + 1 }, (_, i) => i + 1);
    await inRoom(room, (_, sql) => {
      for (const id of many) sql.exec("INSERT INTO person (user_id, name, name_key) VALUES (?, 'x', ?)", id, `p${id}`);
    });
    const event = await say(ann, many.map((id) => `@p${id},`).join(""));
    expect(event?.mentions).toEqual(many.slice(0, limits.MENTIONS_PER_MESSAGE_MAX));
    expect(await rowsOf(room)).toHaveLength(limits.MENTIONS_PER_MESSAGE_MAX);
  });

  it("[TA6] a text that is made to cost is taken like another", async () => {
    const { bob, say } = await meet();
    for (const unit of ["@", "@a ", "@ﷺ ", "@a.b "]) {
      const body = unit.repeat(Math.floor(limits.BODY_BYTES_MAX / new TextEncoder().encode(unit).length));
      expect((await say(bob, body))?.kind).toBe("message");
    }
  });
});

describe("@room", () => {
  it("[TA5] names everybody when the owner or a moderator says it, and is text of all others", async () => {
    const room = freshRoom();
    const owner = await signIn("Owner");
    valueIn(await roomOf(room).create(owner, "listed"));
    const { ann, bob, say } = await meet(room);
    valueIn(await roomOf(room).addMember(owner, bob.userId, "moderator"));
    for (const by of [owner, bob]) expect(await say(by, "hear, @Room!")).toMatchObject({ mentionsRoom: true });
    expect(await say(ann, "@room")).not.toHaveProperty("mentionsRoom");
    expect((await rowsOf(room)).map(({ user_id, actor }) => [user_id, actor])).toEqual([
      [0, owner.userId],
      [0, bob.userId],
    ]);
    valueIn(await roomOf(room).addMember(owner, bob.userId, "member"));
    expect(await say(bob, "@room")).not.toHaveProperty("mentionsRoom");
  });

  it("[TA5] in rooms without an owner nobody says it", async () => {
    const { ann, say } = await meet();
    expect(await say(ann, "@room")).not.toHaveProperty("mentionsRoom");
    const bob = await signIn("Bob");
    const pair = directRoom(ann.userId, bob.userId);
    await roomOf(pair).send(ann, { body: "@room" });
    expect((await readLog(pair, ann))[0]).not.toHaveProperty("mentionsRoom");
  });
});

describe("what is counted", () => {
  it("[TA7] a message counts once for whom it names, but not for its author and not of a blocked one", async () => {
    const { room, ann, bob, say } = await meet();
    await say(bob, "@Ann @ann");
    await say(ann, "@Ann, that is me, and @Bob");
    await inRoom(room, (mentions) => mentions.note(1, bob.userId, { mentionsRoom: true }));
    expect(await countFor(room, ann.userId)).toBe(1);
    expect(await countFor(room, ann.userId, 1)).toBe(0);
    expect(await countFor(room, ann.userId, 0, [bob.userId])).toBe(0);
    expect(await countFor(room, bob.userId)).toBe(1);
  });

  it("[TA8] an edit replaces whom a message names, for readers of the message and of the edit", async () => {
    const { room, ann, bob, lee, say } = await meet();
    await say(lee, "@Ann");
    const edit = (body: string) => roomOf(room).change(lee, { type: "edit", seq: 1, body });
    valueIn(await edit("@Bob"));
    for (const evicted of [false, true]) {
      if (evicted) await evictDurableObject(env.ROOM.getByName(room));
      expect(await readLog(room, ann)).toMatchObject([
        { seq: 1, mentions: [bob.userId] },
        { seq: 2, kind: "edit", mentions: [bob.userId] },
      ]);
    }
    expect(await rowsOf(room)).toEqual([{ user_id: bob.userId, seq: 1, actor: lee.userId }]);
    valueIn(await edit("nobody"));
    expect(JSON.stringify(await readLog(room, ann))).not.toContain("mentions");
    expect(await rowsOf(room)).toEqual([]);
  });

  it("[TA8] a deletion forgets them", async () => {
    const { room, ann, bob, say } = await meet();
    await say(bob, "@Ann");
    valueIn(await roomOf(room).change(bob, { type: "delete", seq: 1 }));
    expect((await readLog(room, ann))[0]).not.toHaveProperty("mentions");
    expect(await countFor(room, ann.userId)).toBe(0);
  });

  it("[TA4] mentions are repeated on pages and on the socket, from memory and after a wake", async () => {
    const { room, ann, bob, say } = await meet();
    const live = await say(bob, "@Ann");
    await evict(room);
    expect((await readLog(room, ann))[0]).toEqual(live);
  });
});
