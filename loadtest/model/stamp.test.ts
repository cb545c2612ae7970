import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { encodeStamp, type Stamp, takeStamps } from "./stamp.ts";

const stamp: Stamp = { run: "r", step: 2, channel: "r3", publisher: "p1", number: 4, sentAtMs: 1_700_000_000_000 };
const text = encodeStamp(stamp);
const event = (seq: number, body: string, name = "a") => ({ seq, kind: "message", from: { id: 1, name }, at: 1, body });
const events = (...list: object[]) => JSON.stringify([{ type: "events", after: 0, events: list }]);
const chat = (msg: string, fromUserName = "a") => JSON.stringify({ code: 0, msg, fromUserId: 1, fromUserName, op: 3 });

describe("stamps", () => {
  it("[LC10] every stamp of a native frame is found with its event's seq", () => {
    const second = encodeStamp({ ...stamp, number: 5 });
    const found = takeStamps(events(event(7, text), event(8, "other"), event(9, second)), "r");
    expect(found).toEqual([
      { ...stamp, seq: 7 },
      { ...stamp, number: 5, seq: 9 },
    ]);
  });

  it("[LC10] a gochat frame has no seq, whatever its texts say", () => {
    expect(takeStamps(chat(`${text}"seq":12`, '"seq":9'), "r")).toEqual([{ ...stamp, seq: 0 }]);
  });

  it("[LC10] the seq of another event is not taken for an event's own", () => {
    const frame = events(event(7, "other"), { kind: "message", body: text });
    expect(takeStamps(frame, "r")).toEqual([{ ...stamp, seq: 0 }]);
  });

  it("[LC10] padding changes nothing", () => {
    expect(encodeStamp(stamp, 500)).toHaveLength(500);
    expect(takeStamps(chat(encodeStamp(stamp, 500)), "r")).toEqual([{ ...stamp, seq: 0 }]);
  });

  it("[LC10] another run's stamps, quoted ones and cut ones are passed over", () => {
    const quoted = [`he said "${text}"`, ` ${text}`, `\\"${text}`];
    for (const body of quoted) expect(takeStamps(events(event(1, body)), "r")).toEqual([]);
    expect(takeStamps(events(event(1, text)), "other")).toEqual([]);
    for (let chars = 0; chars < text.length; chars++) expect(takeStamps(chat(text.slice(0, chars)), "r")).toEqual([]);
  });

  it.each([{ publisher: "a|b" }, { channel: 'a"' }, { run: "a\\" }, { publisher: "x".repeat(200) }])(
    "[LC10] a stamp that could not be found again is refused: %j",
    (part) => {
      expect(() => encodeStamp({ ...stamp, ...part })).toThrow("a stamp has");
    },
  );

  test.prop([fc.string(), fc.string(), fc.nat()])("[LC10] no text beside it hides or adds a stamp", (one, two, seq) => {
    const frame = events(event(1, `x${one}ec|r|`), event(seq + 2, text, `x${two}`), event(seq + 3, `x${two}${text}`));
    expect(takeStamps(frame, "r")).toEqual([{ ...stamp, seq: seq + 2 }]);
  });
});
