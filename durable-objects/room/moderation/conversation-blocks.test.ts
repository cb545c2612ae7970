import { describe, expect, it } from "vitest";
import { roomOf } from "../../lib/test-people.ts";
import { edit, evict, FORBIDDEN, meet, react, readLog, remove } from "./test-club.ts";

describe("blocks", () => {
  const block = (name: string, userId: number, on: boolean, stamp: number) =>
    roomOf(name).learn(userId, { type: "block", on }, stamp);

  it("[MO14] neither of the two writes, edits or reacts; both read and delete, after eviction too", async () => {
    const { ann, bob, name } = await meet();
    for (let i = 0; i < 2; i++) for (const by of [ann, bob]) await roomOf(name).send(by, { body: "hello" });
    await block(name, ann.userId, true, 1);
    for (const own of [0, 2]) {
      for (const [by, seq] of [
        [ann, 1 + own],
        [bob, 2 + own],
      ] as const) {
        expect(await roomOf(name).send(by, { body: "x" })).toMatchObject(FORBIDDEN);
        expect(await roomOf(name).push(by, { body: "x" }, (by === ann ? bob : ann).userId, 1)).toMatchObject(FORBIDDEN);
        for (const change of [edit(seq), react(seq)])
          expect(await roomOf(name).change(by, change)).toMatchObject(FORBIDDEN);
        expect(await roomOf(name).change(by, remove(seq))).toMatchObject({ ok: true });
        expect(await readLog(name, by)).not.toEqual([]);
      }
      await evict(name);
    }
    expect(await roomOf(name).send(bob, { body: "x" })).toMatchObject({
      message: "this user does not take messages from you",
    });
    expect(await roomOf(name).send(ann, { body: "x" })).toMatchObject({
      message: expect.stringContaining("you blocked"),
    });
  });

  it("[MO14] taken back it is over; the newest word counts, in whichever order it comes; each blocks alone", async () => {
    const { ann, bob, name } = await meet();
    await block(name, ann.userId, true, 1);
    await block(name, ann.userId, false, 3);
    await block(name, ann.userId, true, 2);
    expect(await roomOf(name).send(bob, { body: "x" })).toMatchObject({ ok: true });
    await block(name, ann.userId, true, 4);
    await block(name, bob.userId, true, 1);
    await block(name, ann.userId, false, 5);
    expect(await roomOf(name).send(ann, { body: "x" })).toMatchObject(FORBIDDEN);
  });
});
