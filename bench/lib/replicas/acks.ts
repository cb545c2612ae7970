import { once } from "node:events";
import WebSocket from "ws";
import { repeat } from "../rest.ts";
import { chatClient, placeOf } from "./grpc-client.ts";
import type { OriginSite, YardstickSite } from "./measures.ts";

/** SendMessage answers a second over native gRPC, when each says that its message is on disk. */
export async function measureSends(site: OriginSite, inFlight: number): Promise<number> {
  const clients = site.grpc.map(chatClient);
  const message = { ...placeOf(site), text: "hello".repeat(20), msg_id: "" };
  let turn = 0;
  const send = async () => {
    const sender = site.senders[turn++ % site.senders.length];
    if (sender === undefined) throw new Error("nobody sends");
    const client = clients[turn % clients.length];
    await client?.send({ ...message, person_name: sender.name }, sender.token);
  };
  try {
    const { times, seconds } = await repeat(send, inFlight, site.ms);
    return times.length / seconds;
  } finally {
    for (const client of clients) client.close();
  }
}

/** Echoes a second of the `ws` server, which keeps nothing. */
export async function measureEchoes({ port, ms }: YardstickSite, inFlight: number): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await once(socket, "open");
  const waiting: (() => void)[] = [];
  socket.on("message", () => waiting.shift()?.());
  const echo = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      socket.send(`?${"hello".repeat(20)}`);
    });
  try {
    const { times, seconds } = await repeat(echo, inFlight, ms);
    return times.length / seconds;
  } finally {
    socket.terminate();
  }
}
