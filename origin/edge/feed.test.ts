import { expect, it } from "vitest";
import type { EventPage } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import type { Run } from "./edge.ts";
import { Feed } from "./feed.ts";
import { toEvents } from "./model-edge.ts";
import type { Passenger } from "./passenger.ts";
import { RecordingRider } from "./recording-rider.ts";

type Sitting = Passenger & { readonly rider: RecordingRider };

const run = (after: number, to: number): Run => ({ room: "1", after, events: toEvents(after, to) });
const page = (after: number, to: number, rest: Partial<EventPage> = {}): EventPage => ({
  ...{ epoch: "e", after, events: toEvents(after, to), more: false, head: to, first: 1 },
  ...rest,
});

function sit(feed: Feed, seq: number, epoch = "e"): Sitting {
  const passenger: Sitting = { rider: new RecordingRider(), person: null, position: null };
  feed.awaits(passenger);
  feed.seated(passenger, { epoch, seq });
  return passenger;
}

it("[UC5] all riders get the same object, and one that came later what is behind its own seat", () => {
  const feed = new Feed("1");
  const [one, two] = [sit(feed, 0), sit(feed, 0)];
  const late = sit(feed, 2);
  feed.take(run(0, 4));
  expect(one.rider.runs[0]).toBe(two.rider.runs[0]);
  expect(late.rider.runs).toMatchObject([{ after: 2 }]);
  expect(late.rider.seqs).toEqual([3, 4]);
});

it("[UC5] after a break the gap to the new head is read at once, without waiting for another event", () => {
  const feed = new Feed("1");
  const one = sit(feed, 0);
  feed.take(run(0, 2));
  feed.broke();
  expect(feed.gap).toBeNull();
  feed.seated(one, { epoch: "e", seq: 6 });
  expect(feed.gap).toBe(2);
  feed.pulling();
  feed.take(run(6, 7));
  feed.pulled(page(2, 4, { more: true, head: 7 }));
  expect([feed.gap, one.rider.seqs]).toEqual([4, [1, 2, 3, 4]]);
  feed.pulling();
  feed.pulled(page(4, 6));
  expect([feed.gap, one.rider.seqs]).toEqual([null, [1, 2, 3, 4, 5, 6, 7]]);
});

it("[UC5] who is not seated again is handed nothing, and gets it all with the seat", () => {
  const feed = new Feed("1");
  const [one, two] = [sit(feed, 0), sit(feed, 0)];
  feed.broke();
  feed.seated(one, { epoch: "e", seq: 0 });
  feed.take(run(0, 3));
  expect([one.rider.seqs.length, two.rider.seqs.length]).toEqual([3, 0]);
  feed.seated(two, { epoch: "e", seq: 3 });
  expect([feed.gap, two.rider.seqs]).toEqual([null, [1, 2, 3]]);
});

it("[UC5] a seat whose answer came behind its first runs gets them; past FEED_BYTES_MAX they are read from the log", () => {
  const feed = new Feed("1");
  const one = sit(feed, 0);
  const late: Sitting = { rider: new RecordingRider(), person: null, position: null };
  feed.awaits(late);
  feed.take(run(0, 2));
  const body = "x".repeat(limits.FEED_BYTES_MAX);
  feed.take({ room: "1", after: 2, events: toEvents(2, 3).map((event) => ({ ...event, body })) });
  feed.seated(late, { epoch: "e", seq: 1 });
  expect(feed.gap).toBe(1);
  feed.pulling();
  feed.pulled(page(1, 3));
  expect([late.rider.seqs, one.rider.seqs]).toEqual([
    [2, 3],
    [1, 2, 3],
  ]);
});

it("[UC5] another epoch resets whoever sat in the old one, at its own seat", () => {
  const feed = new Feed("1");
  const [one, two] = [sit(feed, 5), sit(feed, 5)];
  feed.broke();
  feed.seated(one, { epoch: "f", seq: 1 });
  feed.take(run(1, 2));
  feed.seated(two, { epoch: "f", seq: 1 });
  expect([one.rider.resets, two.rider.resets]).toEqual([[{ epoch: "f", seq: 1 }], [{ epoch: "f", seq: 1 }]]);
  expect([one.rider.seqs, two.rider.seqs]).toEqual([[2], [2]]);
});

it("[UC5] a log that was cut behind a gap, or is another one, resets who had less", () => {
  const feed = new Feed("1");
  const one = sit(feed, 1);
  const ahead = sit(feed, 8);
  feed.take(run(9, 10));
  feed.pulling();
  feed.pulled(page(7, 9));
  expect([one.rider.resets, one.rider.seqs]).toEqual([[{ epoch: "e", seq: 7 }], [8, 9, 10]]);
  expect([ahead.rider.resets, ahead.rider.seqs]).toEqual([[], [9, 10]]);
  feed.take(run(11, 12));
  feed.pulling();
  feed.pulled(page(0, 3, { epoch: "f" }));
  expect([one.rider.resets[1], ahead.rider.resets[0]]).toEqual([
    { epoch: "f", seq: 3 },
    { epoch: "f", seq: 3 },
  ]);
});

it("[UC5] a log that says nothing new is not asked again at once", () => {
  const feed = new Feed("1");
  sit(feed, 0);
  feed.take(run(3, 4));
  feed.pulling();
  expect(feed.pulled(page(0, 0, { more: true }))).toBe(false);
});

it("[UC5] [RO13] who was let in again meanwhile is reset to what it may read, and the gap of the others gives it no more", () => {
  const feed = new Feed("1");
  const [stayed, back] = [sit(feed, 2), sit(feed, 2)];
  feed.broke();
  feed.seated(back, { epoch: "e", seq: 6 }, 6);
  feed.seated(stayed, { epoch: "e", seq: 6 });
  expect(back.rider.resets).toEqual([{ epoch: "e", seq: 5 }]);
  feed.pulling();
  feed.pulled(page(2, 6));
  expect([stayed.rider.seqs, back.rider.seqs]).toEqual([[3, 4, 5, 6], [6]]);
  expect([stayed.rider.resets, feed.gap]).toEqual([[], null]);
});
