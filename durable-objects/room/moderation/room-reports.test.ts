import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { freshNumber, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { ReportBook } from "./report-book.ts";
import { evict, FORBIDDEN, meet, moderate, openClub, rowsOf } from "./test-club.ts";

const list = env.REPORTS.getByName("reports");
const PAGE = { after: "", limit: 9 };

describe("reporting", () => {
  it("[MO15] a report says what the message said, who wrote it, who reports it and why", async () => {
    const { name, room, member, reader } = await openClub();
    await room.send(member, { body: "first" });
    await room.change(member, { type: "edit", seq: 1, body: "rude words" });
    const report = valueIn(await room.report(reader, 1, "rude"));
    expect(report).toEqual({
      id: expect.any(String),
      room: name,
      seq: 1,
      at: expect.any(Number),
      reporter: { id: reader.userId, name: "Reader" },
      author: { id: member.userId, name: "Member" },
      body: "rude words",
      reason: "rude",
      state: "open",
      resolution: "",
    });
  });

  it("[MO15] the same message again is the same report, whatever became of it since; others report for themselves", async () => {
    const { name, room, member, reader, guest } = await openClub();
    await room.send(member, { body: "rude words" });
    const report = valueIn(await room.report(reader, 1, "rude"));
    const other = valueIn(await room.report(guest, 1, "mean"));
    expect(other.id).not.toBe(report.id);
    await room.change(member, { type: "delete", seq: 1 });
    await evict(name);
    expect(await room.report(reader, 1, "other words")).toEqual({ ok: true, value: report });
    expect(await rowsOf(name, "report")).toHaveLength(2);
  });

  it("[MO15] a user reports at most REPORTS_PER_USER_MAX messages of a room; what was reported stays answered", async () => {
    const { name, room, member, reader, guest } = await openClub();
    for (const body of ["a", "b"]) await room.send(member, { body });
    const first = valueIn(await room.report(reader, 1, "rude"));
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage: { sql } }) => {
      for (let seq = 1_001; seq < 1_000 + limits.REPORTS_PER_USER_MAX; seq++) {
        sql.exec("INSERT INTO report (seq, reporter, author, report) VALUES (?, ?, 1, '{}')", seq, reader.userId);
      }
    });
    expect(await room.report(reader, 2, "rude")).toMatchObject({ failure: "conflict" });
    expect(await room.report(reader, 1, "rude")).toEqual({ ok: true, value: first });
    expect(await room.report(guest, 2, "rude")).toMatchObject({ ok: true });
  });

  it("[MO15] what says nothing any more, what is no message and what is not there is not reported", async () => {
    const { name, room, owner, member, guest } = await openClub();
    for (const body of ["a", "b"]) await room.send(member, { body });
    await room.change(member, { type: "delete", seq: 1 });
    await moderate(name, owner, "kick", member);
    expect(await room.report(guest, 1, "rude")).toMatchObject({ failure: "conflict" });
    for (const seq of [3, 4]) expect(await room.report(guest, seq, "rude")).toMatchObject({ failure: "badRequest" });
    for (const seq of [5, Number.MAX_SAFE_INTEGER]) {
      expect(await room.report(guest, seq, "rude")).toMatchObject({ failure: "notFound" });
    }
    expect(await rowsOf(name, "report")).toEqual([]);
  });

  it("[MO15] whoever may use a room reports there, numbered rooms and conversations too; nobody else does", async () => {
    const { ann, bob, name } = await meet();
    const [stranger, numbered, club] = [await signIn("Stranger"), freshNumber(), await openClub("private")];
    for (const room of [name, numbered]) {
      await roomOf(room).send(bob, { body: "rude words" });
      expect(await roomOf(room).report(ann, 1, "rude")).toMatchObject({ ok: true, value: { room } });
    }
    await club.room.send(club.member, { body: "rude words" });
    expect(await roomOf(name).report(stranger, 1, "rude")).toMatchObject(FORBIDDEN);
    expect(await club.room.report(stranger, 1, "rude")).toMatchObject(FORBIDDEN);
  });

  it("[MO18] an erased user is in no report that the room remembers, as reporter or as author", async () => {
    const { name, room, member, reader, guest } = await openClub();
    for (const by of [member, guest]) await room.send(by, { body: "rude words" });
    await room.report(reader, 1, "rude");
    await room.report(member, 2, "rude");
    await room.report(reader, 2, "rude");
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
      new ReportBook(storage.sql).erase(member.userId);
    });
    expect(await rowsOf(name, "report")).toMatchObject([{ seq: 2, reporter: reader.userId }]);
  });
});

describe("a room's reports", () => {
  it("[MO16] are read by its moderators, and are of this room and this life of it alone", async () => {
    const [club, other] = [await openClub(), await openClub()];
    for (const { room, guest } of [club, other]) await room.send(guest, { body: "rude words" });
    const report = valueIn(await club.room.report(club.member, 1, "rude"));
    for (const one of [report, valueIn(await other.room.report(other.member, 1, "rude"))]) await list.file(one);
    for (const by of [club.owner, club.moderator]) {
      expect(await club.room.reports(by, PAGE)).toMatchObject({ value: { reports: [report], more: false } });
    }
    for (const by of [club.member, club.reader, club.guest]) {
      expect(await club.room.reports(by, PAGE)).toMatchObject(FORBIDDEN);
    }
    await club.room.delete(club.owner);
    valueIn(await club.room.create(other.member, "listed"));
    expect(await club.room.reports(other.member, PAGE)).toMatchObject({ value: { reports: [] } });
  });
});
