import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { limits } from "./limits.ts";
import { directPair, directRoom, parseRoomName, parseUserName, roomKind } from "./names.ts";

const key = (text: string) => {
  const parsed = parseUserName(text);
  return parsed.ok ? parsed.value.key : null;
};
const anyText = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
const nameUnit = fc.constantFrom(...Array.from("aZß09_.@+'-éΣςẞİıﬁǅ日本ä́Ω한"));
const userName = fc.string({ unit: nameUnit, minLength: 1, maxLength: limits.USER_NAME_CHARS_MAX / 4 });
const userId = fc.integer({ min: 1, max: 999_999_999_999_999 });

it("[AC2] spellings that differ in case, width or composition are one name", () => {
  expect(key("Straße")).toBe(key("STRASSE"));
  expect(key("ΟΔΟΣ")).toBe(key("οδος"));
  expect(key("Åsa")).toBe(key("A\u030asa"));
  expect(key("ＡＬＩＣＥ")).toBe(key("alice"));
  expect(key("ﬁnn")).toBe(key("FINN"));
});

it("[AC2] a name is shown in NFKC as it was written, with its case", () => {
  expect(parseUserName("A\u030asa")).toEqual({ ok: true, value: { name: "Åsa", key: "åsa" } });
});

it("[AC2] what is no name is refused", () => {
  const bad = [
    "",
    " ",
    " ann",
    "ann ",
    "a  b",
    "a\tb",
    "a\0b",
    "a/b",
    "a,b",
    "<b>",
    "a\u200bb",
    "a\u202eb",
    "😀",
    "\ud800",
  ];
  for (const text of bad) expect(parseUserName(text)).toMatchObject({ failure: "badRequest" });
});

it("[AC2] a name has at most 64 characters, counted after normalisation", () => {
  expect(parseUserName("x".repeat(64))).toMatchObject({ ok: true });
  expect(parseUserName("x".repeat(65))).toMatchObject({ failure: "badRequest" });
  // One character that NFKC spells with eighteen.
  expect(parseUserName("\ufdfa".repeat(64))).toMatchObject({ failure: "badRequest" });
});

it("[AC2] any text is refused or normalised: parsing the name again changes nothing", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, userName), (text) => {
      const parsed = parseUserName(text);
      expect(parsed.ok ? parseUserName(parsed.value.name) : parsed.failure).toEqual(parsed.ok ? parsed : "badRequest");
    }),
  );
});

it("[AC2] case never tells two names apart", () => {
  fc.assert(
    fc.property(userName, (text) => {
      const folded = key(text);
      for (const other of [text.toUpperCase(), text.toLowerCase(), text.normalize("NFD"), text.normalize("NFKC")]) {
        // A longer spelling may be over the limit or not a name; it is never another name.
        expect([folded, null]).toContain(key(other));
      }
    }),
  );
});

it("[RM1] any text is refused or is a room's name that parses to itself", () => {
  const text = fc.oneof(
    anyText,
    fc.integer().map(String),
    fc.tuple(userId, userId).map(([a, b]) => `direct:${a}:${b}`),
  );
  fc.assert(
    fc.property(text, (room) => {
      const parsed = parseRoomName(room);
      expect(parsed.ok ? parseRoomName(parsed.value) : parsed.failure).toEqual(parsed.ok ? parsed : "badRequest");
      expect(["numbered", "direct", "named"]).toContain(roomKind(room));
    }),
  );
});

it("[RM1] a number has one spelling and composed and decomposed names are one room", () => {
  expect(parseRoomName("7")).toEqual({ ok: true, value: "7" });
  expect(parseRoomName("Cafe\u0301")).toEqual(parseRoomName("Café"));
  for (const room of [
    "0",
    "07",
    "9".repeat(17),
    "",
    "a/b",
    "a\\b",
    " a",
    "a\nb",
    "a\u202eb",
    "\ud800",
    "direct:2:1",
    "direct:",
    "direct:0:1",
  ]) {
    expect(parseRoomName(room)).toMatchObject({ failure: "badRequest" });
  }
});

it("[RM1] a pair has one room, whoever asks, and the room tells the pair", () => {
  fc.assert(
    fc.property(userId, userId, (a, b) => {
      const room = directRoom(a, b);
      expect(directRoom(b, a)).toBe(room);
      expect(parseRoomName(room)).toEqual({ ok: true, value: room });
      expect(roomKind(room)).toBe("direct");
      expect(directPair(room)).toEqual([Math.min(a, b), Math.max(a, b)]);
    }),
  );
});
