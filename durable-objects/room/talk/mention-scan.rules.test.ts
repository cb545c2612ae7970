import { expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { foldName } from "../../../contracts/names.ts";
import { scanMentions } from "./mention-scan.ts";

/** For each @ the names that it may begin. */
const namesIn = (text: string) => scanMentions(text).map(({ names }) => names.map(({ key }) => key));

it.each([
  ["hi @Ann", [["ann"]]],
  ["@Ann Lee, and @Bob", [["ann lee", "ann"], ["bob"]]],
  ["@Ann.", [["ann.", "ann"]]],
  ["(@ann_1's)", [["ann_1's"]]],
  ["@o'neil-", [["o'neil-", "o'neil"]]],
  ["@Ann\nLee", [["ann"]]],
  ["@Ann  Lee", [["ann"]]],
  ["@STRASSE @straße", [["strasse @strasse", "strasse"], ["strasse"]]],
  ["@Ａｎｎ", [["ann"]]],
  ["@\u{10400}", [["\u{10428}"]]],
])("[TA4] %j may name %j", (text, wanted) => {
  expect(namesIn(text)).toEqual(wanted);
});

it.each([
  "ann@example.com",
  "é@ann",
  "1@ann",
  "e\u0301@ann",
  "\u{10400}@ann",
  "@",
  "@ ann",
  "@, ann",
  "@!",
  "no at all",
])("[TA4] %j names nobody", (text) => {
  expect(namesIn(text)).toEqual([]);
});

it("[TA4] a name of every allowed length is found, and a longer word is none", () => {
  const longest = "\u{10400}".repeat(limits.USER_NAME_CHARS_MAX);
  expect(namesIn(`@${longest}`)).toEqual([[foldName(longest)]]);
  expect(namesIn(`@${"x".repeat(2 * limits.USER_NAME_CHARS_MAX + 1)}`)).toEqual([]);
});

it.each([
  ["@ alone", "@".repeat(limits.BODY_BYTES_MAX)],
  ["names one after the other", "@a ".repeat(limits.BODY_BYTES_MAX / 3)],
  ["words that begin nothing", "a ".repeat(limits.BODY_BYTES_MAX / 2)],
  ["dots at the end", "@a.... ".repeat(limits.BODY_BYTES_MAX / 7)],
  ["one word", `@${"a".repeat(limits.BODY_BYTES_MAX - 1)}`],
  ["letters that fold to many", "@ﷺ ".repeat(limits.BODY_BYTES_MAX / 5)],
])("[TA6] a text of 32 KiB costs at most 1,000 looks of bounded length: %s", (_, text) => {
  const names = scanMentions(text).flatMap((mention) => mention.names);
  expect(names.length).toBeLessThanOrEqual(1_000);
  expect(Math.max(0, ...names.map(({ key }) => key.length))).toBeLessThanOrEqual(3 * limits.USER_NAME_CHARS_MAX);
});
