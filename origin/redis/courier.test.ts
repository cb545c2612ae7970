import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import { KeepingCourier } from "./courier.ts";
import { FakeEdge, parcel } from "./fake-edge.ts";
import { FakeShelf } from "./fake-shelf.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const nobody = () => undefined;
const settle = () => vi.advanceTimersByTimeAsync(0);

function setUp({ answers = true, writes = true } = {}) {
  const edge = new FakeEdge({ answers });
  const shelf = new FakeShelf({ writes });
  const courier = new KeepingCourier(edge, shelf);
  edge.onChange(() => courier.drain());
  return { edge, shelf, courier };
}

it("[OX1] with the edge there a message goes straight to it and is answered with its place on the log", async () => {
  const { edge, shelf, courier } = setUp();
  const taken = await courier.take(parcel("s", "m1"), nobody);
  expect(taken).toMatchObject({ ok: true, value: { type: "sent", sent: { seq: 1 } } });
  expect(edge.log).toEqual(["s m1"]);
  expect(shelf.stored.size).toBe(0);
});

it("[OX1] a session that has nothing waiting does not wait for others that have", async () => {
  const { edge, shelf, courier } = setUp({ answers: false });
  edge.breakOff(0);
  await courier.take(parcel("a", "m1"), nobody);
  edge.comeBack();
  const taken = courier.take(parcel("b", "m1"), nobody);
  edge.answer(1, "sent");
  expect(await taken).toMatchObject({ ok: true, value: { type: "sent" } });
  expect(shelf.stored.size).toBe(1);
});

it("[OX2] what comes behind a message that is kept is kept behind it, and both arrive in order", async () => {
  const { edge, courier } = setUp();
  edge.breakOff(0);
  const first = courier.take(parcel("s", "m1"), nobody);
  edge.comeBack();
  const second = courier.take(parcel("s", "m2"), nobody);
  expect([await first, await second]).toMatchObject([{ value: { type: "kept" } }, { value: { type: "kept" } }]);
  await settle();
  expect(edge.log).toEqual(["s m1", "s m2"]);
  expect(courier.waiting).toBe(0);
});

it("[OX2] a message of unknown outcome that a later one of its session overtook is refused and not sent again", async () => {
  const { edge, courier } = setUp({ answers: false });
  const first = courier.take(parcel("s", "m1"), nobody);
  const second = courier.take(parcel("s", "m2"), nobody);
  edge.answer(0, "lost");
  edge.answer(0, "sent");
  expect(await first).toMatchObject({ ok: false, failure: "unavailable" });
  expect(await second).toMatchObject({ ok: true, value: { type: "sent" } });
  expect(edge.asked).toEqual(["s m1", "s m2"]);
});

it("[OX3] a message whose answer was lost with the uplink is kept, and is on the log once", async () => {
  const { edge, courier } = setUp({ answers: false });
  const taken = courier.take(parcel("s", "m1"), nobody);
  edge.breakOff(1);
  expect(await taken).toMatchObject({ ok: true, value: { type: "kept" } });
  edge.answers = true;
  edge.comeBack();
  await settle();
  expect(edge.asked).toEqual(["s m1", "s m1"]);
  expect(edge.log).toEqual(["s m1"]);
});

it("[OX3] kept is answered when the message is on disk and not before", async () => {
  const { edge, shelf, courier } = setUp({ writes: false });
  edge.breakOff(0);
  let isTaken = false;
  const taken = courier.take(parcel("s", "m1"), nobody).then(() => {
    isTaken = true;
  });
  await settle();
  expect(isTaken).toBe(false);
  shelf.write(1);
  await taken;
  expect(isTaken).toBe(true);
});

it("[OX4] without Redis a message that meets no edge is refused and never sent later", async () => {
  const { edge, shelf, courier } = setUp({ answers: false });
  const underWay = courier.take(parcel("s", "m1"), nobody);
  shelf.breakOff();
  edge.breakOff(0);
  const refused = await Promise.all([underWay, courier.take(parcel("s", "m2"), nobody)]);
  expect(refused).toMatchObject([{ failure: "unavailable" }, { failure: "unavailable" }]);
  edge.comeBack();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(edge.asked).toEqual(["s m1"]);
});

it("[OX5] an absence of more than a minute is refused with a retry time, and what was kept before is sent when it ends", async () => {
  const { edge, courier } = setUp();
  edge.breakOff(0);
  await courier.take(parcel("s", "m1"), nobody);
  await vi.advanceTimersByTimeAsync(limits.OUTBOX_MS_MAX + 1);
  const late = await courier.take(parcel("s", "m2"), nobody);
  expect(late).toMatchObject({ ok: false, failure: "busy", retryAfterMs: expect.any(Number) });
  await vi.advanceTimersByTimeAsync(86_400_000);
  edge.comeBack();
  await settle();
  expect(edge.log).toEqual(["s m1"]);
});

it("[OX5] messages past the bounds are refused with a retry time", async () => {
  const { edge, courier } = setUp();
  edge.breakOff(0);
  const body = "x".repeat(limits.BODY_BYTES_MAX);
  const many = Array.from({ length: limits.OUTBOX_BYTES_MAX / limits.BODY_BYTES_MAX + 1 }, (_, n) => `m${n}`);
  const taken = await Promise.all(many.map((id) => courier.take(parcel("s", id, body), nobody)));
  expect(taken.filter(({ ok }) => ok).length).toBe(many.length - 1);
  expect(taken.at(-1)).toMatchObject({ ok: false, failure: "busy", retryAfterMs: expect.any(Number) });
});

it("[OX6] a kept message that the edge refuses for good is gone, told once, and the next one follows", async () => {
  const { edge, shelf, courier } = setUp({ answers: false });
  edge.breakOff(0);
  const told: Refusal[] = [];
  await courier.take(parcel("s", "m1"), (refusal) => told.push(refusal));
  await courier.take(parcel("s", "m2"), nobody);
  edge.comeBack();
  edge.answer(0, fail("session"));
  await settle();
  edge.answer(0, "sent");
  await settle();
  expect(told).toMatchObject([{ failure: "session" }]);
  expect(edge.log).toEqual(["s m2"]);
  expect(shelf.stored.size).toBe(0);
});

it("[OX6] a kept message that the edge refuses for now keeps its place and waits as long as it is told", async () => {
  const { edge, courier } = setUp({ answers: false });
  edge.breakOff(0);
  await courier.take(parcel("s", "m1"), nobody);
  await courier.take(parcel("s", "m2"), nobody);
  edge.comeBack();
  edge.answer(0, fail("rateLimited", "slow down", 7_000));
  edge.answers = true;
  await vi.advanceTimersByTimeAsync(6_999);
  expect(edge.log).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(edge.log).toEqual(["s m1", "s m2"]);
});

it("[OX6] a session's kept messages go in series of one room, and what a refusal for now left untried keeps its place", async () => {
  const { edge, courier } = setUp({ answers: false });
  edge.breakOff(0);
  for (const id of ["m1", "m2", "m3", "m4"]) await courier.take(parcel("s", id), nobody);
  edge.comeBack();
  expect(edge.asked).toEqual(["s m1", "s m2", "s m3", "s m4"]);
  edge.answer(0, fail("busy"), 2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(edge.log).toEqual(["s m1", "s m2"]);
  expect(edge.asked.slice(4)).toEqual(["s m3", "s m4"]);
  edge.answer(0, "sent");
  await settle();
  expect(edge.log).toEqual(["s m1", "s m2", "s m3", "s m4"]);
  expect(courier.waiting).toBe(0);
});

it("[OX6] a series is bounded in messages and in bytes, and one message that is larger goes alone", async () => {
  const { edge, courier } = setUp({ answers: false });
  edge.breakOff(0);
  const large = "x".repeat(limits.OUTBOX_SERIES_BYTES_MAX + 1);
  await Promise.all(
    Array.from({ length: limits.OUTBOX_SERIES_MAX + 1 }, (_, n) => courier.take(parcel("many", `m${n}`), nobody)),
  );
  await Promise.all([large, "small"].map((body, n) => courier.take(parcel("large", `m${n}`, body), nobody)));
  edge.comeBack();
  const asked = (token: string) => edge.asked.filter((id) => id.startsWith(`${token} `)).length;
  expect([asked("many"), asked("large")]).toEqual([limits.OUTBOX_SERIES_MAX, 1]);
});

it("[OX6] kept messages of many sessions go side by side, at most OUTBOX_WIDTH at once", async () => {
  const { edge, courier } = setUp({ answers: false });
  edge.breakOff(0);
  const sessions = Array.from({ length: limits.OUTBOX_WIDTH + 5 }, (_, n) => `s${n}`);
  await Promise.all(sessions.map((token) => courier.take(parcel(token, "m"), nobody)));
  edge.comeBack();
  expect(edge.underWay).toBe(limits.OUTBOX_WIDTH);
});

it("[OX11] a courier that closes takes nothing new and sends what waits first", async () => {
  const { edge, courier } = setUp({ answers: false });
  edge.breakOff(0);
  await courier.take(parcel("s", "m1"), nobody);
  edge.comeBack();
  const closed = courier.close(1_000);
  expect(await courier.take(parcel("s", "m2"), nobody)).toMatchObject({ ok: false, failure: "unavailable" });
  edge.answer(0, "sent");
  await closed;
  expect(edge.log).toEqual(["s m1"]);
});
