import { SETTLE_MS } from "../model/observation.ts";
import type { Step } from "../model/steps.ts";
import { moment, steadyOf } from "./clock.ts";
import { tellBegan } from "./iteration.ts";
import { EventsReader } from "./native-frames.ts";
import { Member, type MemberPlan } from "./native-member.ts";
import { Ticker } from "./native-ticker.ts";
import { observe } from "./observe.ts";
import { target } from "./target.ts";
import { wait, waitFor, waitUntil } from "./wait.ts";

/** Between two dials of one virtual user: thousands at once measure the generator's own handshakes. */
const DIAL_EVERY_MS = 10;
/** A connection that broke at the end of a step gets so long to come back; k6's grace is longer. */
const SETTLED_MS_MAX = 30_000;
/** A room that is behind brings its messages for so long after that; what comes later still is lost. */
const DRAINED_MS_MAX = 15_000;
/** Messages that were acknowledged SETTLE_MS before the end are owed; those of this last moment are, with it. */
const MARGIN_MS = 100;

/**
 * Plays the step that is on, for one virtual user: its members come, stay until the steady phase ends, wait for what is
 * still under way and until the room brings nothing more, report and leave. `act` does something in the middle. In the cool-down nobody begins.
 */
export async function playStep(
  toPlans: (step: Step) => readonly MemberPlan[],
  act: (members: readonly Member[], step: Step) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  tellBegan();
  const { step, phase } = moment();
  if (phase === "cooldown") return wait(1_000);
  const members = toMembers(toPlans(step), step);
  const ticker = new Ticker((nowMs) => {
    for (const member of members) member.tick(nowMs);
  });
  await joinAll(members);
  await act(members, step);
  await settleAll(members, steadyOf(step.step).toMs);
  const toMs = Date.now();
  for (const observation of members.flatMap((member) => member.report(toMs))) observe(observation);
  for (const member of members) member.leave();
  ticker.stop();
}

function toMembers(plans: readonly MemberPlan[], step: Step): readonly Member[] {
  const readers = new Map<string, EventsReader>();
  return plans.map((plan) => {
    const reader = readers.get(plan.room) ?? new EventsReader(target.run);
    readers.set(plan.room, reader);
    return new Member(plan, step.step, reader);
  });
}

async function joinAll(members: readonly Member[]): Promise<void> {
  for (const member of members) {
    member.join();
    if (members.length > 1) await wait(DIAL_EVERY_MS);
  }
}

async function settleAll(members: readonly Member[], endMs: number): Promise<void> {
  await waitUntil(endMs);
  for (const member of members) member.hush();
  await waitFor(() => members.every((member) => member.isSettled), endMs + SETTLED_MS_MAX);
  const settledAtMs = Date.now();
  await wait(SETTLE_MS + MARGIN_MS);
  const isQuiet = ({ seenAtMs }: Member) => Date.now() - seenAtMs > SETTLE_MS;
  await waitFor(() => members.every(isQuiet), settledAtMs + DRAINED_MS_MAX);
}
