import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

/** A way to a Redis that can lose an answer. */
export type LossyWay = {
  readonly url: string;
  /** The next connection that asks this loses the answer and breaks: resolves then. Redis has got the question whole. */
  readonly loseAnswerTo: (command: string) => Promise<void>;
  readonly close: () => void;
};

/** Opens a way to the Redis at this port of this machine. */
export async function startLossyWay(port: number): Promise<LossyWay> {
  let wanted: { readonly command: string; readonly lost: () => void } | null = null;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    let isDeaf = false;
    near.on("data", (chunk: Buffer) => {
      far.write(chunk);
      isDeaf ||= wanted !== null && chunk.includes(wanted.command);
    });
    far.on("data", (chunk: Buffer) => {
      if (!isDeaf) return near.write(chunk);
      wanted?.lost();
      wanted = null;
      near.destroy();
    });
    near.on("close", () => far.end()).on("error", () => undefined);
    far.on("close", () => near.destroy()).on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswerTo: (command) =>
      new Promise((lost) => {
        wanted = { command, lost };
      }),
    close: () => void server.close(),
  };
}
