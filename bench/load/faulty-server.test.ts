import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { plain } from "../dialects/plain.ts";
import { driveClosed, driveOpen } from "./drive.ts";
import type { Faults } from "./ledger.ts";
import { LoadRoom } from "./room.ts";

/** What one reader gets in place of each message. */
type Fault = (frame: string, send: (frame: string) => void) => void;

const servers: WebSocketServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
});

/** A server of the plain dialect that is faulty to its third client alone. */
async function startFaulty(fault: Fault): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  servers.push(server);
  const clients: WebSocket[] = [];
  server.on("connection", (socket) => {
    clients.push(socket);
    socket.on("message", (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith("?")) return socket.send(text);
      const frame = JSON.stringify({ msg: text });
      for (const [i, client] of clients.entries()) {
        if (i === 2) fault(frame, (some) => client.send(some));
        else client.send(frame);
      }
    });
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What is found when a hundred messages go through such a server. */
async function judgeFaulty(fault: Fault): Promise<Faults> {
  const room = new LoadRoom(plain, { url: await startFaulty(fault), room: "r", tokens: [] });
  await room.fill(4);
  const [publisher, ...others] = room.members;
  await driveOpen(room, room.members.slice(0, 1), { perSecond: 10_000, ms: 10 });
  await room.settled(room.members, 500);
  expect(others).toHaveLength(3);
  expect(publisher?.place).toBe(100);
  room.leave();
  return room.judge();
}

const every = (n: number, act: Fault, otherwise: Fault = (frame, send) => send(frame)): Fault => {
  let count = 0;
  return (frame, send) => (++count % n === 0 ? act : otherwise)(frame, send);
};

it("[BE4] a server that does as it should passes", async () => {
  expect(await judgeFaulty((frame, send) => send(frame))).toEqual({ lost: 0, duplicated: 0, reordered: 0 });
});

it("[BE4] a server that drops messages to one reader is caught", async () => {
  const drop: Fault = () => {};
  expect(await judgeFaulty(every(50, drop))).toEqual({ lost: 2, duplicated: 0, reordered: 0 });
});

it("[BE4] a server that doubles a message to one reader is caught", async () => {
  const double: Fault = (frame, send) => {
    send(frame);
    send(frame);
  };
  expect(await judgeFaulty(every(60, double))).toEqual({ lost: 0, duplicated: 1, reordered: 0 });
});

it("[BE4] a server that swaps two messages to one reader is caught", async () => {
  let kept: string | null = null;
  const keep: Fault = (frame) => {
    kept = frame;
  };
  const sendBoth: Fault = (frame, send) => {
    send(frame);
    if (kept !== null) send(kept);
    kept = null;
  };
  expect(await judgeFaulty(every(60, keep, sendBoth))).toEqual({ lost: 0, duplicated: 0, reordered: 1 });
});

it("[BE4] in a closed loop every send is answered once, and nothing is on its way at the end", async () => {
  const room = new LoadRoom(plain, { url: await startFaulty((frame, send) => send(frame)), room: "r", tokens: [] });
  await room.fill(4);
  const driven = await driveClosed(room, room.members, { inFlight: 3, ms: 50, warmUpMs: 10 });
  expect(driven.acked).toBeGreaterThan(0);
  expect(room.members.every(({ place }) => place === room.ledger.sent)).toBe(true);
  expect(room.judge()).toEqual({ lost: 0, duplicated: 0, reordered: 0 });
  room.leave();
});
