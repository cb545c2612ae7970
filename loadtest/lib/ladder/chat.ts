import exec from "k6/execution";
import { encodeHistogram, type Histogram } from "../../model/histogram.ts";
import { SETTLE_MS } from "../../model/observation.ts";
import { observe } from "../observe.ts";
import { Listener } from "./listen.ts";
import { logIn, type Member } from "./log-in.ts";
import { Measures, tolerant } from "./measures.ts";
import { meet } from "./rendezvous.ts";
import { settings } from "./settings.ts";
import { Speaker, until } from "./speak.ts";
import { type LadderTransport, openTransport } from "./transport.ts";

/** Scenarios 8 to 11: everybody logs in and enters one room, and then each says something now and then. */
export async function chat(): Promise<void> {
  const transport = openTransport();
  const measures = new Measures();
  const members = await logIn(transport, measures);
  await meet("logged-in");
  const [first] = exec.vu.idInTest === 1 ? members : [];
  if (first !== undefined) await askRoom("CreateRoom", "create_room", first, transport, measures);
  await meet("created");
  for (const member of members) await askRoom("EnterRoom", "enter_room", member, transport, measures);
  await talk(members, transport, measures);
  for (const line of measures.report(1)) observe(line);
  transport.close();
}

async function talk(members: readonly Member[], transport: LadderTransport, measures: Measures): Promise<void> {
  const times = { fromMs: Number.POSITIVE_INFINITY };
  const isSteady = (atMs: number) => atMs >= times.fromMs && atMs < times.fromMs + settings.durationMs;
  const listeners = members
    .filter(({ index }) => index < settings.subscribers)
    .map((member) => new Listener(member, transport, isSteady));
  times.fromMs = await meet("entered");
  if (exec.vu.idInTest === 1) observe({ type: "began", atMs: times.fromMs });
  await speak(members, times.fromMs, transport, measures);
  await until((await meet("said")) + SETTLE_MS);
  for (const listener of listeners) listener.end();
}

async function speak(members: readonly Member[], fromMs: number, transport: LadderTransport, measures: Measures) {
  const lateness: Histogram = new Map();
  const speakers = members.map((member) => new Speaker(member, transport, measures));
  await Promise.all(speakers.map((speaker) => speaker.speak(fromMs, lateness)));
  for (const { publisher } of speakers) {
    const published = publisher.report();
    if (published !== null) observe(published);
  }
  observe({ type: "lag", step: 1, lateness: encodeHistogram(lateness) });
}

function askRoom(
  method: "CreateRoom" | "EnterRoom",
  name: "create_room" | "enter_room",
  member: Member,
  transport: LadderTransport,
  measures: Measures,
) {
  const room = { auth: member.auth, room_name: settings.roomName };
  const request = method === "CreateRoom" ? room : { ...room, person_name: member.name };
  return measures.take(name, () => tolerant(() => transport.call(`gateway.GatewayService/${method}`, request)));
}
