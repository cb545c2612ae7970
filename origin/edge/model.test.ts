import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { createEdge, type EdgeClient } from "./create-edge.ts";
import type { OriginSeat } from "./edge.ts";
import { FakeEdgePlatform } from "./fake-platform.ts";
import { ModelEdge } from "./model-edge.ts";
import { RecordingRider } from "./recording-rider.ts";

type Stay = { readonly rider: RecordingRider; seat: OriginSeat | null; isOver: boolean };
type World = {
  readonly platform: FakeEdgePlatform;
  readonly edge: EdgeClient;
  readonly model: ModelEdge;
  readonly stays: Stay[];
  resetsMayBe: boolean;
};

const small = fc.nat(3);
const rarely = fc.nat(5).map((n) => n === 0);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant("seat" as const) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("leave" as const), which: small }) },
  {
    weight: 4,
    arbitrary: fc.record({ act: fc.constant("append" as const), count: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("flush" as const),
      size: fc.integer({ min: 1, max: 4 }),
      again: small,
      lost: small,
    }),
  },
  { weight: 4, arbitrary: fc.record({ act: fc.constant("work" as const), count: small, busy: rarely }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant("answer" as const), count: small }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("break" as const), epoch: rarely, open: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("cut" as const), count: rarely.map(Number) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function createWorld(): World {
  const platform = new FakeEdgePlatform();
  const edge = createEdge({ url: "http://edge", token: "t", replicaId: "r1", platform });
  const model = new ModelEdge();
  edge.start();
  return { platform, edge, model, stays: [], resetsMayBe: false };
}

function reopen({ platform, model }: World): void {
  platform.pass(0);
  platform.socket.welcome();
  model.attach(platform.socket);
}

function seat({ edge, stays }: World): void {
  const stay: Stay = { rider: new RecordingRider(), seat: null, isOver: false };
  stays.push(stay);
  void edge.seat({ token: "t", room: "1" }, stay.rider).then((reply) => {
    if (reply.ok) stay.seat = reply.value;
    else stay.isOver = true;
  });
}

function leave({ stays }: World, which: number): void {
  const stay = stays.filter((one) => one.seat !== null && !one.isOver)[which];
  if (stay === undefined) return;
  stay.seat?.leave();
  stay.isOver = true;
}

function tear(world: World, { epoch, open }: Extract<Step, { act: "break" }>): void {
  const { edge, platform, model } = world;
  if (edge.isUp) platform.socket.end(1006);
  if (epoch) model.begin(`${model.epoch}+`);
  world.resetsMayBe ||= epoch;
  if (open) reopen(world);
}

function take(world: World, one: Step): void {
  const { model } = world;
  if (one.act === "seat") seat(world);
  if (one.act === "leave") leave(world, one.which);
  if (one.act === "append") model.append(one.count);
  if (one.act === "flush") model.flush(one.size, one.again, one.lost);
  if (one.act === "work") model.work(one.count, one.busy);
  if (one.act === "answer") model.answer(one.count);
  if (one.act === "break") tear(world, one);
  if (one.act !== "cut") return;
  model.cut(one.count);
  world.resetsMayBe = true;
}

/** Everything that is under way arrives, and one more event behind it. */
async function settle(world: World): Promise<void> {
  const { edge, model, platform } = world;
  if (!edge.isUp) reopen(world);
  for (let round = 0; round < 200; round++) {
    await platform.turn();
    if (round > 0 && round % 20 === 0) model.append(1);
    model.work(100);
    model.answer(100);
    model.flush(3);
    platform.pass(0);
    await platform.turn();
    if (model.isIdle && round > 60) return;
  }
  throw new Error("it does not come to rest");
}

/** What a rider was given that it should not have been, or was not given. */
function wrongs({ rider, seat: stands, isOver }: Stay, { model, resetsMayBe }: World): readonly string[] {
  const began = rider.resets.length === 0 ? rider.runs[0]?.after : undefined;
  const isFromSeat = stands === null || began === undefined || began === stands.seq;
  return [
    ...rider.broken,
    ...(rider.resets.length > 0 && !resetsMayBe ? ["a reset without a reason"] : []),
    ...(isFromSeat ? [] : [`began behind ${began}, not behind ${stands?.seq}`]),
    ...(isOver || rider.seq === model.head ? [] : [`stands at ${rider.seq}, not at ${model.head}`]),
  ];
}

it("[UC5] whatever the order of seats, runs, holes, breaks and cuts, a rider sees each seq behind its seat once, or a reset", async () => {
  const story = fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
    const world = createWorld();
    reopen(world);
    for (const one of steps) {
      take(world, one);
      await world.platform.turn();
    }
    await settle(world);
    expect(world.stays.flatMap((stay) => wrongs(stay, world))).toEqual([]);
  });
  await expect(fc.assert(story, { numRuns: 200 })).resolves.toBeUndefined();
});
