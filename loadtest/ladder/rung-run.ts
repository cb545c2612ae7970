import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type JudgedStep, judge, parseObservation } from "../checker/judge.ts";
import { crewOf, type LadderSettings, type Transport } from "../model/ladder-settings.ts";
import type { Calls, Observation } from "../model/observation.ts";
import type { GeneratorRow } from "../model/run.ts";
import { toGeneratorRow } from "../run/generator.ts";
import { ensureRan, K6Files, startK6 } from "../run/k6-process.ts";
import type { K6 } from "../run/k6-version.ts";
import { readLines } from "../run/lines.ts";
import { toMark } from "../run/run-folder.ts";
import { Sampler } from "../run/sampler.ts";
import { type CallSum, sumCalls } from "./calls.ts";
import type { Place } from "./place.ts";
import { openRendezvous } from "./rendezvous.ts";
import { clearRoom, readRoomLog } from "./room-log.ts";
import type { Rung } from "./rungs.ts";

/** One rung over one transport, and where its files go. */
export type Climb = {
  readonly rung: Rung;
  readonly transport: Transport;
  readonly settings: LadderSettings;
  readonly place: Place;
  readonly k6: K6;
  readonly runId: string;
  readonly folder: string;
  readonly signal: AbortSignal;
};
/** What a rung gave. */
export type Climbed = {
  readonly startedAt: string;
  readonly sums: ReadonlyMap<string, CallSum>;
  readonly judged: JudgedStep;
  readonly generator: GeneratorRow;
};

/** The judge knows nothing of calls. */
const CALLS = '{"type":"calls"';
const PROTOS = join(import.meta.dirname, "../../contracts/proto");

/** Walks one rung with k6 and judges it. Throws a CannotRunError when k6 does not end in order. */
export async function climb(wish: Climb): Promise<Climbed> {
  const { rung, settings, place } = wish;
  const [first] = crewOf(settings).accounts;
  const isChat = rung.walk === "chat";
  const startedAt = new Date().toISOString();
  if (isChat && first !== undefined && settings.shardIndex === 0) await clearRoom(place.url, first, settings.roomName);
  const sampler = await walk(wish);
  const { calls, observations } = readFolder(wish.folder);
  const isLogRead = isChat && (wish.transport === "connect" || settings.subscribers === 0);
  if (isLogRead && first !== undefined) {
    observations.push(...(await readRoomLog(place.url, first, settings.roomName, markOf(wish))));
  }
  return { startedAt, ...conclude(wish, calls, observations, sampler) };
}

/** What messages of this rung are marked with. */
const markOf = ({ runId, rung }: Climb): string => toMark(runId, rung.scenario);

async function walk(wish: Climb): Promise<Sampler> {
  const { k6, folder, rung, signal, runId } = wish;
  const rendezvous = await openRendezvous(crewOf(wish.settings).vus);
  const file = rung.walk === "login" ? "scenarios/ladder-login.ts" : "scenarios/ladder-chat.ts";
  const variables = toVariables(wish, rendezvous.url);
  const load = await startK6({ k6, file, folder, variables, testId: runId, live: null, dashboard: false });
  const stop = () => load.stop();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop(); // asked before there was anything to stop
  const sampler = new Sampler({ k6: load.pid, edge: wish.place.pid });
  try {
    ensureRan(await load.ended, folder);
  } finally {
    sampler.stop();
    rendezvous.end();
    signal.removeEventListener("abort", stop);
  }
  return sampler;
}

/** The settings as the script reads them. */
function toVariables(wish: Climb, rendezvousUrl: string): Readonly<Record<string, string>> {
  const { settings, place, rung } = wish;
  return {
    USER_COUNT: String(rung.users),
    BATCH_SIZE: String(settings.batchSize),
    ROOM_NAME: settings.roomName,
    DURATION_SEC: String(settings.durationMs / 1_000),
    MSG_RATE_PER_USER_PER_SEC: String(settings.sendsPerSecond),
    SHARD_COUNT: String(settings.shardCount),
    SHARD_INDEX: String(settings.shardIndex),
    LADDER_SUBSCRIBERS: String(settings.subscribers),
    LADDER_WALK: rung.walk,
    LADDER_USER_SET: rung.userSet,
    LADDER_TRANSPORT: wish.transport,
    LADDER_PROTOS: PROTOS,
    LOGIN_ADDR: place.loginAddr,
    GATEWAY_ADDR: place.gatewayAddr,
    API_BASE_URL: place.url,
    RENDEZVOUS_URL: rendezvousUrl,
    LOADTEST_RUN: markOf(wish),
  };
}

function readFolder(folder: string) {
  const calls: Calls[] = [];
  const observations: Observation[] = [];
  for (const line of readLines(join(folder, K6Files.observations))) {
    if (line.startsWith(CALLS)) {
      calls.push(JSON.parse(line) as Calls);
      continue;
    }
    const observation = parseObservation(line);
    if (observation !== null) observations.push(observation);
  }
  return { calls, observations };
}

function conclude(wish: Climb, calls: readonly Calls[], observations: readonly Observation[], sampler: Sampler) {
  const { rung, settings, place } = wish;
  const endMs = settings.durationMs;
  const step = { step: 1, vus: rung.users, rampAtMs: 0, warmupAtMs: 0, steadyAtMs: 0, endMs };
  const judged = judge(observations, { steps: [step], coolDownMs: 0 }).get(1);
  if (judged === undefined) throw new Error("the judge said nothing of the rung");
  const sums = sumCalls(calls);
  const measured = sums.get("send_message") ?? sums.get("login") ?? { fromMs: 0, toMs: 0 };
  const generator = toGeneratorRow(sampler.samples, measured, {
    cores: availableParallelism(),
    isBesideEdge: place.pid !== null || ["localhost", "127.0.0.1", "[::1]"].includes(new URL(place.url).hostname),
    lagP99Ms: judged.lagP99Ms,
  });
  return { sums, judged, generator };
}
