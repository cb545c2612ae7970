import type { ServerFrame } from "../../contracts/native.ts";
import { type Histogram, quantileOf, record } from "../model/histogram.ts";
import type { Step } from "../model/steps.ts";
import { isSteady, moment, startOf } from "./clock.ts";
import { failed } from "./native-member.ts";
import { getJson } from "./native-rest.ts";
import { Ticker } from "./native-ticker.ts";
import { observe } from "./observe.ts";
import { toPresenceTimes } from "./presence-times.ts";
import { visit } from "./presence-visit.ts";
import type { LoadUser } from "./users.ts";
import { wait, waitFor, waitUntil } from "./wait.ts";

/** Between two comings of the probe, and the longest wait for the news of one. */
const PROBE_EVERY_MS = 500;
const NEWS_MS_MAX = 5_000;

/** Stays in the room, hears who comes and goes, and compares what it heard with who is there. */
export async function observeRoom(room: string, observer: LoadUser, probe: LoadUser): Promise<void> {
  const { step, phase } = moment();
  if (phase === "cooldown") return wait(1_000);
  const times = toPresenceTimes(step);
  const startTime = startOf();
  const ear = new Ear();
  const socket = visit(room, observer, { step: step.step, told: (frame, nowMs) => ear.told(frame, nowMs) });
  const ticker = new Ticker((nowMs) => socket.session.tick(nowMs));
  await waitUntil(startTime + times.enterAtMs);
  await probeUntil(startTime + times.allInAtMs, room, probe, step.step, ear);
  await waitUntil(startTime + times.checkFullAtMs);
  compare(room, observer, step.step, ear.count, step.vus + 1);
  await waitUntil(startTime + times.checkEmptyAtMs);
  compare(room, observer, step.step, ear.count, 1);
  socket.close();
  ticker.stop();
}

/** What an observer was told last, and when it was told of somebody. */
class Ear {
  count = 0;
  readonly joinedAtMs = new Map<number, number>();

  told(frame: ServerFrame, nowMs: number): void {
    if (frame.type === "welcome") this.count = frame.presence.count;
    if (frame.type !== "presence") return;
    this.count = frame.count;
    for (const { id } of frame.joined) this.joinedAtMs.set(id, nowMs);
  }
}

async function probeUntil(endMs: number, room: string, probe: LoadUser, step: Step["step"], ear: Ear): Promise<void> {
  const times: Histogram = new Map();
  while (Date.now() + PROBE_EVERY_MS < endMs) {
    const beganAtMs = Date.now();
    ear.joinedAtMs.delete(probe.userId);
    const socket = visit(room, probe, { step });
    await waitFor(() => ear.joinedAtMs.has(probe.userId), Math.min(endMs, beganAtMs + NEWS_MS_MAX));
    socket.close();
    const toldMs = (ear.joinedAtMs.get(probe.userId) ?? beganAtMs + NEWS_MS_MAX) - beganAtMs;
    if (isSteady(step, beganAtMs) && toldMs <= NEWS_MS_MAX) record(times, toldMs);
    await wait(PROBE_EVERY_MS);
  }
  for (const [name, q] of [
    ["p50", 0.5],
    ["p95", 0.95],
  ] as const) {
    const value = quantileOf(times, q);
    if (value !== null)
      observe({ type: "extra", step, name: `presence: ${name} of dial to told`, unit: "ms", value: Math.round(value) });
  }
}

function compare(room: string, { token }: LoadUser, step: number, told: number, there: number): void {
  const asked = getJson<{ readonly count: number }>("presence", `/rooms/${room}/presence`, token)?.count;
  if (told !== there) observe(failed(step, `the observer was told of ${told} people, ${there} are there`));
  if (asked !== there) observe(failed(step, `REST says ${asked ?? "nothing"} of who is here, ${there} are there`));
}
