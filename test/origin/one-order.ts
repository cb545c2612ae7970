import { expect, it } from "vitest";
import type { PresencePage } from "../../contracts/services.ts";
import { GochatSocket, post } from "../support/gochat.ts";
import { GochatTcp } from "../support/gochat-tcp.ts";
import { GrpcClient } from "../support/grpc.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { range } from "../support/reader.ts";
import { call, readLog, register, roomPath, send, type User } from "../support/rest.ts";
import type { System } from "../support/system.ts";

const ROUNDS = Number(process.env.ORIGIN_ROUNDS ?? 1);
const MESSAGES_EACH = 25 * ROUNDS;

/** Somebody in the room: what came, in the order of arrival, and how that somebody speaks there. */
type Party = {
  readonly name: string;
  readonly texts: () => readonly string[];
  readonly say: (text: string) => unknown;
  readonly leave: () => void;
};
type Place = { readonly system: System; readonly roomId: number };
type Entry = (place: Place, user: User) => Promise<Party>;

const native: Entry = async ({ system, roomId }, { name, token }) => {
  const { socket } = await NativeSocket.join(system.edge.url, token, `${roomId}`);
  return {
    name,
    texts: () => socket.events().flatMap(({ body }) => body ?? []),
    say: (body) => socket.send({ type: "send", id: body, body }),
    leave: () => socket.close(),
  };
};

const gochat: Entry = async ({ system, roomId }, { name, token: authToken }) => {
  const socket = await GochatSocket.join(system.edge.url, authToken, roomId);
  const say = (msg: string) => post(system.edge.url, "/push/pushRoom", { authToken, msg, roomId });
  return { name, texts: () => socket.texts(), say, leave: () => socket.close() };
};

const tcp = (portOf: (system: System) => number | undefined): Entry => {
  return async ({ system, roomId }, { name, token }) => {
    const client = await GochatTcp.join(portOf(system) ?? 0, system.edge.url, token, roomId);
    return { name, texts: () => client.texts, say: (msg) => client.say(roomId, msg), leave: () => client.close() };
  };
};

const grpc = (portOf: (system: System) => number | undefined): Entry => {
  return async ({ system, roomId }, { name, token }) => {
    const client = new GrpcClient("gateway", portOf(system) ?? 0);
    const place = { auth: { credential: token }, room_name: `${roomId}`, person_name: name };
    const stream = client.subscribe(place);
    await stream.stands;
    const say = (text: string) => client.call("SendMessage", { ...place, text });
    const leave = () => {
      stream.cancel();
      client.close();
    };
    return { name, texts: () => stream.texts, say, leave };
  };
};

const entries: readonly Entry[] = [
  native,
  gochat,
  tcp(({ tcp: [first] }) => first?.tcp[0]),
  tcp(({ tcp: [, second] }) => second?.tcp[1]),
  tcp(({ envoy, tcp: [first] }) => envoy?.port("tcp-7001") ?? first?.tcp[0]),
  grpc(({ grpc: [first] }) => first?.grpc("gateway")),
  grpc(({ envoy, grpc: [, second] }) => envoy?.port("gateway") ?? second?.grpc("gateway")),
];

/** Whatever way people come into a room, they see the same there. */
export function describeOneOrder(system: () => System): void {
  it("[OS1] [P2] WebSocket, /ws, TCP on two replicas, gRPC and REST in one room: one order for all, nothing lost or doubled", async () => {
    const place = { system: system(), roomId: 801 };
    const { url } = place.system.edge;
    const [writer, ...users] = await Promise.all([register(url), ...entries.map(() => register(url))]);
    const parties = await Promise.all(users.map(async (user, i) => entries[i]?.(place, user)));
    const rest = { name: writer.name, say: (text: string) => send(url, writer.token, `${place.roomId}`, text, text) };
    const publishers = [...parties.flatMap((party) => party ?? []), rest];

    await Promise.all(
      publishers.map(async ({ name, say }) => {
        for (const i of range(MESSAGES_EACH)) await say(`${name}.${i}`);
      }),
    );

    const wanted = publishers.length * MESSAGES_EACH;
    for (const party of parties) await expect.poll(() => party?.texts().length, { timeout: 10_000 }).toBe(wanted);
    const log = await readLog(url, writer.token, `${place.roomId}`);
    const bodies = log.map(({ body }) => body);
    for (const party of parties) expect(party?.texts()).toEqual(bodies);
    for (const { name } of publishers) {
      const own = log.filter(({ from }) => from.name === name).map(({ body }) => body);
      expect(own).toEqual(range(MESSAGES_EACH).map((i) => `${name}.${i}`));
    }
    for (const party of parties) party?.leave();
  });

  it("[OS2] [P6] whoever asks, everybody who is in the room counts once, whatever way they came, and nobody who left", async () => {
    const place = { system: system(), roomId: 802 };
    const { url } = place.system.edge;
    const [asker, ...users] = await Promise.all([register(url), ...entries.map(() => register(url))]);
    const parties = await Promise.all(users.map(async (user, i) => entries[i]?.(place, user)));
    const again = await entries[2]?.(place, users[2] as User); // one user twice is one user
    const observer = await GochatTcp.join(place.system.tcp[0]?.tcp[0] ?? 0, url, asker.token, place.roomId);

    const names = [asker, ...users].map(({ name }) => name).sort();
    await expect
      .poll(() => whoIsHere(url, asker, place.roomId))
      .toEqual({ rest: names, gochat: names, count: names.length });
    await expect.poll(() => lastInfo(observer)).toEqual(names);

    for (const party of [...parties, again]) party?.leave();
    const alone = [asker.name];
    await expect.poll(() => whoIsHere(url, asker, place.roomId)).toEqual({ rest: alone, gochat: alone, count: 1 });
    await expect.poll(() => lastInfo(observer)).toEqual(alone);
    observer.close();
  });
}

async function whoIsHere(url: string, { token }: User, roomId: number) {
  const ask = async (path: string) => (await post(url, path, { authToken: token, roomId })).data as object;
  const page = await call<PresencePage>(url, "GET", `${roomPath(`${roomId}`)}/presence`, { token });
  const info = (await ask("/push/getRoomInfo")) as { readonly roomUserInfo: Readonly<Record<string, string>> };
  const { count } = (await ask("/push/count")) as { readonly count: number };
  return { rest: page.users.map(({ name }) => name).sort(), gochat: Object.values(info.roomUserInfo).sort(), count };
}

/** The names of the last op 5 that came. */
function lastInfo(client: GochatTcp): readonly string[] {
  const last = client.frames.all.findLast(({ op }) => op === 5);
  return Object.values(last?.roomUserInfo ?? {}).sort();
}
