import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { UPLINK_PATH, UPLINK_REPLICA_PARAM } from "../../contracts/uplink.ts";
import { post } from "../support/gochat.ts";
import { GochatTcp } from "../support/gochat-tcp.ts";
import { GrpcClient } from "../support/grpc.ts";
import { originToken } from "../support/origin.ts";
import { login, readLog, register, request, type User } from "../support/rest.ts";
import type { System } from "../support/system.ts";

const Status = { permissionDenied: 7, unauthenticated: 16 } as const;
const SESSION = 40_000;

/** Nobody speaks for somebody else, whatever way they come. */
export function describeImpersonation(system: () => System): void {
  const start = async () => {
    const { edge, tcp, grpc } = system();
    const [ann, mallory] = await Promise.all([register(edge.url), register(edge.url)]);
    return { edge, url: edge.url, port: tcp[0]?.tcp[0] ?? 0, gateway: grpc[0]?.grpc("gateway") ?? 0, ann, mallory };
  };
  const forge = ({ token }: User) => `${token.slice(0, -4)}${token.endsWith("AAAA") ? "BBBB" : "AAAA"}`;

  it("[OS5] [P5] a TCP message is its session's, whatever names and tokens its frame brings", async () => {
    const { url, port, ann, mallory } = await start();
    const roomId = 821;
    const client = await GochatTcp.join(port, url, mallory.token, roomId);
    const asAnn = { op: 3, roomId, fromUserId: ann.id, fromUserName: ann.name };
    client.send({ ...asAnn, msg: "by name", msgId: "1" });
    client.send({ ...asAnn, msg: "by token", msgId: "2", authToken: ann.token });
    await expect.poll(() => client.taken.length + client.refused.length).toBeGreaterThanOrEqual(1);
    const { token } = ann;
    await expect
      .poll(async () => (await readLog(url, token, `${roomId}`)).map(({ body }) => body))
      .toContain("by name");
    const log = await readLog(url, token, `${roomId}`);
    expect(log.filter(({ from }) => from.id !== mallory.id)).toEqual([]);
    expect(client.frames.all.filter(({ op, fromUserId }) => op === 3 && fromUserId === ann.id)).toEqual([]);
  });

  it("[OS5] [P5] forged, dead, operators' and the origin's own tokens bind no connection", async () => {
    const { edge, url, port, ann } = await start();
    const dead = await login(url, ann);
    await post(url, "/user/logout", { authToken: dead.token });
    for (const authToken of [forge(ann), dead.token, edge.operatorToken(), originToken(edge)]) {
      const client = await GochatTcp.open(port);
      client.bind(authToken, 822);
      await client.closed;
      expect(client.frames.all.map(({ op, code }) => [op, code])).toEqual([[6, SESSION]]);
    }
  });

  it("[OS5] [P5] over native gRPC a person is the credential's user, and forged, operators' and origin tokens are nobody", async () => {
    const { edge, gateway, ann, mallory } = await start();
    const client = new GrpcClient("gateway", gateway);
    const place = { room_name: "823", person_name: ann.name, text: "hello" };
    const as = (credential: string) => ({ ...place, auth: { credential } });
    expect(await client.code("SendMessage", as(mallory.token))).toBe(Status.permissionDenied);
    expect(await client.subscribe(as(mallory.token)).ended).toBe(Status.permissionDenied);
    for (const token of ["", "garbage", forge(ann), edge.operatorToken(), originToken(edge)]) {
      expect(await client.code("SendMessage", as(token))).toBe(Status.unauthenticated);
      expect(await client.code("GetHistory", as(token))).toBe(Status.unauthenticated);
      expect(await client.code("EnterRoom", as(token))).toBe(Status.unauthenticated);
      expect(await client.subscribe(as(token)).ended).toBe(Status.unauthenticated);
    }
    client.close();
  });

  it("[OS5] [P5] only the origin's own token opens an uplink, and on every other surface it is no session", async () => {
    const { edge, url, ann } = await start();
    for (const token of [null, "garbage", ann.token, edge.operatorToken()])
      expect(await openUplink(url, token)).toBe(401);
    for (const path of ["/api/v1/accounts/me", "/api/v1/inbox", "/api/v1/rooms/824/messages"]) {
      expect((await request(url, "GET", path, { token: originToken(edge) })).status).toBe(401);
    }
    expect((await post(url, "/user/checkAuth", { authToken: originToken(edge) })).code).toBe(SESSION);
  });

  it("[OS6] [P7] a logout closes the session's TCP connections and ends its streams, and no other's", async () => {
    const { url, port, gateway, ann } = await start();
    const roomId = 825;
    const other = await login(url, ann);
    const [mine, others] = [
      await GochatTcp.join(port, url, ann.token, roomId),
      await GochatTcp.join(port, url, other.token, roomId),
    ];
    const client = new GrpcClient("gateway", gateway);
    const place = ({ token }: User) => ({ auth: { credential: token }, room_name: "825", person_name: ann.name });
    const [myStream, othersStream] = [client.subscribe(place(ann)), client.subscribe(place(other))];
    await Promise.all([myStream.stands, othersStream.stands]);

    await post(url, "/user/logout", { authToken: ann.token });

    await mine.closed;
    expect(mine.refused.at(-1)).toMatchObject({ code: SESSION });
    expect(await myStream.ended).toBe(Status.unauthenticated);
    expect(await client.code("SendMessage", { ...place(ann), text: "x" })).toBe(Status.unauthenticated);
    others.say(roomId, "still here");
    await expect.poll(() => [others.texts, othersStream.texts]).toEqual([["still here"], ["still here"]]);
    expect(mine.texts).toEqual([]);
    client.close();
  });
}

/** The status that refuses the upgrade; 101 when it is an uplink. */
function openUplink(url: string, token: string | null): Promise<number> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const path = `${UPLINK_PATH}?${UPLINK_REPLICA_PARAM}=mallory`;
  const socket = new WebSocket(url.replace("http", "ws") + path, { headers });
  return new Promise((resolve) => {
    socket.on("open", () => resolve(101));
    socket.on("unexpected-response", (_, { statusCode = 0 }) => resolve(statusCode));
    socket.on("error", () => {}); // its answer came
  });
}
