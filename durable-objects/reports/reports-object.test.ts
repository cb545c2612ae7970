import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import type { Report } from "../../contracts/rooms.ts";

/** A list that nobody used before, and its name. */
function freshList() {
  const name = `reports ${crypto.randomUUID()}`;
  return { name, list: env.REPORTS.getByName(name), evict: () => evictDurableObject(env.REPORTS.getByName(name)) };
}

function reportOf(no: number, changes: Partial<Report> = {}): Report {
  return {
    id: `epoch-${no}-7`,
    room: "club",
    seq: no,
    at: 1_000 + no,
    reporter: { id: 7, name: "Ann" },
    author: { id: 8, name: "Bob" },
    body: `words ${no}`,
    reason: "rude",
    state: "open",
    resolution: "",
    ...changes,
  };
}

const ALL = { after: "", limit: limits.PAGE_MAX };

it("[MO15] a report that comes twice is one, and stays as it came first, after eviction too", async () => {
  const { list, evict } = freshList();
  await list.file(reportOf(1));
  await evict();
  await list.file(reportOf(1, { body: "other", reason: "other" }));
  expect(await list.list(null, ALL)).toEqual({ reports: [reportOf(1)], more: false, next: "1" });
});

it("[MO17] pages in the order in which they came, none twice and none left out, also when some come in between", async () => {
  const { list } = freshList();
  for (let no = 1; no <= 5; no++) await list.file(reportOf(no));
  const first = await list.list(null, { after: "", limit: 2 });
  await list.file(reportOf(6));
  const second = await list.list(null, { after: first.next, limit: 2 });
  const last = await list.list(null, { after: second.next, limit: 2 });
  expect([first, second, last].map(({ more }) => more)).toEqual([true, true, false]);
  const seqs = [first, second, last].flatMap(({ reports }) => reports.map(({ seq }) => seq));
  expect(seqs).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await list.list(null, { after: last.next, limit: 2 })).toEqual({ reports: [], more: false, next: last.next });
});

it("[MO17] a page is bounded in bytes and has one report at least", async () => {
  const { list } = freshList();
  const body = "x".repeat(600_000);
  for (let no = 1; no <= 3; no++) await list.file(reportOf(no, { body }));
  const page = await list.list(null, ALL);
  expect([page.reports.length, page.more, page.next]).toEqual([1, true, "1"]);
});

it("[MO16] [MO17] by state, and by a room's life", async () => {
  const { list } = freshList();
  await list.file(reportOf(1));
  await list.file(reportOf(2, { room: "other" }));
  await list.file(reportOf(3, { id: "later-3-7" }));
  await list.file(reportOf(4, { id: "epoch%-4-7" }));
  await list.resolve("epoch-1-7", "warned");
  const seqs = async (...args: Parameters<typeof list.list>) =>
    (await list.list(...args)).reports.map(({ seq }) => seq);
  expect(await seqs(null, { ...ALL, state: "open" })).toEqual([2, 3, 4]);
  expect(await seqs(null, { ...ALL, state: "resolved" })).toEqual([1]);
  expect(await seqs("club", ALL, "epoch")).toEqual([1]);
  expect(await seqs("club", { ...ALL, state: "open" }, "epoch")).toEqual([]);
  expect(await seqs("club", ALL, "later")).toEqual([3]);
  expect(await seqs("club", ALL, "epo")).toEqual([]);
});

it("[MO17] a report is resolved once: the same words again change nothing, others are a conflict", async () => {
  const { list, evict } = freshList();
  await list.file(reportOf(1));
  const resolved = { ok: true, value: reportOf(1, { state: "resolved", resolution: "warned" }) };
  expect(await list.resolve("epoch-1-7", "warned")).toEqual(resolved);
  await evict();
  expect(await list.resolve("epoch-1-7", "warned")).toEqual(resolved);
  expect(await list.resolve("epoch-1-7", "banned")).toMatchObject({ failure: "conflict" });
  expect(await list.resolve("epoch-2-7", "warned")).toMatchObject({ failure: "notFound" });
  await list.file(reportOf(1));
  expect((await list.list(null, ALL)).reports).toEqual([resolved.value]);
});

it("[MO18] an erased user's name and words are gone, also from a report that comes later", async () => {
  const { list, evict } = freshList();
  const others = { reporter: { id: 9, name: "Cy" }, author: { id: 7, name: "Ann" } };
  await list.file(reportOf(1));
  await list.file(reportOf(2, others));
  for (let i = 0; i < 2; i++) await list.erase(7);
  await evict();
  await list.file(reportOf(3));
  await list.file(reportOf(4, others));
  const { reports } = await list.list(null, ALL);
  const gone = { id: 7, name: "" };
  expect(reports).toEqual([
    reportOf(1, { reporter: gone, reason: "" }),
    reportOf(2, { ...others, author: gone, body: "" }),
    reportOf(3, { reporter: gone, reason: "" }),
    reportOf(4, { ...others, author: gone, body: "" }),
  ]);
});
