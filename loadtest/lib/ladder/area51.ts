import { observe } from "../observe.ts";
import { logIn, type Member } from "./log-in.ts";
import { Measures, tolerant } from "./measures.ts";
import { until } from "./speak.ts";
import { type Answer, type Fields, type LadderTransport, openTransport } from "./transport.ts";

const ROOM = "Area 51";
const TEXTS: readonly string[] = ["hello from area 51", "second message"];
/** The tester looks at its stream so long after the last acknowledgement. */
const STREAM_MS = 600;

/** Scenario 3: a room, its stream, its history, leaving it, and a stranger who is sent away. */
export async function area51(): Promise<void> {
  const transport = openTransport();
  const measures = new Measures();
  const [member] = await logIn(transport, measures);
  const failures = member === undefined ? ["demo could not log in"] : await visit(member, transport, measures);
  for (const line of measures.report(1)) observe(line);
  for (const failure of failures) observe({ type: "extra", step: 1, name: "area 51", unit: "", value: 1, failure });
  transport.close();
}

async function visit(member: Member, transport: LadderTransport, measures: Measures): Promise<readonly string[]> {
  const ask = (method: string, more: Fields = {}): Promise<Answer> =>
    transport.call(`gateway.GatewayService/${method}`, { auth: member.auth, room_name: ROOM, ...more });
  const person = { person_name: member.name };
  await measures.take("create_room", () => tolerant(() => ask("CreateRoom")));
  await measures.take("enter_room", () => tolerant(() => ask("EnterRoom", person)));

  const heard = await exchange(member, transport, (text) =>
    measures.take("send_message", () => ask("SendMessage", { ...person, text, client_ts_ms: Date.now(), msg_id: "" })),
  );
  const { reply: history } = await ask("GetHistory", { limit: 5 });
  const { code: left } = await ask("LeaveRoom", person);
  const { code: stranger } = await ask("GetPeople", { auth: { credential: "carl" } });
  return [
    ...(heard === null || hasAll(heard) ? [] : [`the stream had only ${JSON.stringify(heard)} after ${STREAM_MS} ms`]),
    ...(hasAll(textsOf(history)) ? [] : [`GetHistory had only ${JSON.stringify(textsOf(history))}`]),
    ...(left === "ok" ? [] : [`LeaveRoom was ${left}`]),
    ...(stranger === "unauthenticated" ? [] : [`GetPeople as "carl" was ${stranger}, not unauthenticated`]),
  ];
}

/** Sends both messages, and answers what came on the stream; null where there is no stream. */
async function exchange(member: Member, transport: LadderTransport, send: (text: string) => Promise<Answer>) {
  const place = { auth: member.auth, room_name: ROOM };
  const { reply } = await transport.call("gateway.GatewayService/GetHistory", { ...place, limit: 1 });
  const last = (reply.messages as readonly Fields[] | undefined)?.[0]?.serverSeq ?? 0;
  const heard: string[] = [];
  // k6 does not promise that two calls leave in their order, so the stream's place is named.
  const request = { ...place, person_name: member.name, after_seq: last };
  const stream = transport.subscribe(
    request,
    ({ text }) => heard.push(String(text)),
    () => {},
  );
  await Promise.all(TEXTS.map(send));
  if (stream === null) return null;
  await until(Date.now() + STREAM_MS);
  stream.end();
  return heard;
}

const textsOf = ({ messages }: Fields): readonly string[] =>
  ((messages ?? []) as readonly Fields[]).map(({ text }) => String(text));

const hasAll = (texts: readonly string[]): boolean => TEXTS.every((text) => texts.includes(text));
