import { once } from "node:events";
import type { Socket } from "node:net";
import WebSocket from "ws";
import { enter } from "../room.ts";
import type { Audience } from "./flood.ts";
import { dialTcp, dialWebSocket, readFrames, takeTcpFrame, takeWebSocketFrame } from "./frame-readers.ts";
import { chatClient, placeOf } from "./grpc-client.ts";
import type { OriginSite, YardstickSite } from "./measures.ts";
import { numberAt, type Tally } from "./numbers.ts";

const DIALS_AT_ONCE = 50;

/** gochat's TCP clients, shared out to the replicas; the publisher is on a native socket. */
export async function gatherTcp(site: OriginSite, readers: number, tally: Tally): Promise<Audience> {
  const sockets = await dialMany(readers, (i) => {
    return dialTcp(site.tcp[i % site.tcp.length] ?? 0, site.token, site.room);
  });
  await Promise.all(sockets.map((socket) => seated(socket, site.room, tally)));
  return await withPublisher(site, tally, () => {
    for (const socket of sockets) socket.removeAllListeners("close").destroy();
  });
}

/** Clients of the `ws` server. */
export async function gatherWebSockets(site: YardstickSite, readers: number, tally: Tally): Promise<Audience> {
  const sockets = await dialMany(readers, () => dialWebSocket(site.port));
  for (const socket of sockets) readFrames(socket, takeWebSocketFrame, tally);
  const publisher = new WebSocket(`ws://127.0.0.1:${site.port}`, { perMessageDeflate: false });
  await once(publisher, "open");
  return {
    publish: (text) => publisher.send(text),
    close() {
      for (const socket of sockets) socket.removeAllListeners("close").destroy();
      publisher.terminate();
    },
  };
}

/** Subscribers over native gRPC, on one channel for each replica. */
export async function gatherStreams(site: OriginSite, readers: number, tally: Tally): Promise<Audience> {
  const clients = site.grpc.map(chatClient);
  const streams = await Promise.all(
    Array.from({ length: readers }, async (_, i) => {
      const tell = tally.reader();
      const stream = clients[i % clients.length]?.subscribe(placeOf(site), site.token);
      if (stream === undefined) throw new Error("no replica");
      stream.on("data", (message: Buffer) => {
        tell(numberAt(message, textOffset(message)));
        tally.news();
      });
      stream.on("error", (error: Error) => tally.fail(`a stream ended: ${error.message}`));
      await once(stream, "metadata");
      return stream;
    }),
  );
  return await withPublisher(site, tally, () => {
    for (const stream of streams)
      stream
        .removeAllListeners("error")
        .on("error", () => {})
        .cancel();
    for (const client of clients) client.close();
  });
}

/** Behind room_name and person_name, which are shorter than 128 bytes: a tag and a length of a byte each. */
function textOffset(message: Buffer): number {
  const person = 2 + (message[1] ?? 0);
  return person + 2 + (message[person + 1] ?? 0) + 2;
}

async function withPublisher(site: OriginSite, tally: Tally, close: () => void): Promise<Audience> {
  const room = await enter(site);
  return {
    publish: (text) => void room.send(text).catch((error: unknown) => tally.fail(String(error))),
    close() {
      room.close();
      close();
    },
  };
}

async function dialMany(count: number, dial: (i: number) => Promise<Socket>): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i += DIALS_AT_ONCE) {
    const some = Array.from({ length: Math.min(DIALS_AT_ONCE, count - i) }, (_, n) => dial(i + n));
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

/**
 * Reads a client's frames from the first byte on, so that none is taken for another, and answers when it is seated: a
 * bind has no answer of its own, but room info comes to whoever sits.
 */
function seated(socket: Socket, room: number, tally: Tally): Promise<void> {
  return new Promise((resolve, reject) => {
    readFrames(socket, takeTcpFrame, tally, (body) => {
      if (body.includes(`"op":5,"roomId":${room},`)) resolve();
    });
    socket.on("close", () => reject(new Error(tally.fault)));
  });
}
