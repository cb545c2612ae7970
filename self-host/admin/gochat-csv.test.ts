import { expect, it } from "vitest";
import { parseGochatCsv } from "./gochat-csv.ts";

const sha1 = "89e495e7941cf9e40e6980d14a16bf023ccd4c91";
const ann = { userName: "ann", sha1 };

it.each([
  [`ann,${sha1}\n`],
  [`ann,${sha1.toUpperCase()}`],
  [`user_name,password\r\nann,${sha1}\r\n`],
  [`\uFEFFname,sha1\n"ann" , ${sha1}\n\n`],
])("[SH15] one account is read from %j", (text) => {
  expect(parseGochatCsv(text)).toEqual([ann]);
});

it("[SH15] a quoted name keeps its comma", () => {
  expect(parseGochatCsv(`"a,b",${sha1}`)).toEqual([{ userName: "a,b", sha1 }]);
});

it.each([`ann,demo\n`, `ann\n`, `,${sha1}\n`, `ann,${sha1},extra\n`, `ann,${sha1}0\n`])(
  "[SH15] a row that is no account stops the import: %j",
  (row) => {
    expect(() => parseGochatCsv(`name,sha1\nbob,${sha1}\n${row}`)).toThrow("row 3. Nothing was imported");
  },
);

it("[SH15] the message never repeats what might be a password", () => {
  expect(() => parseGochatCsv("ann,secret-word")).not.toThrow("secret-word");
});
