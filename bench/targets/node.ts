import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Running } from "./target.ts";

const programs = { ws: ["ws.ts", "plain"], "socket.io": ["socket-io.ts", "socketIo"] } as const;

/** A baseline that is a Node program: it says its port and ends with this process. One server is one room. */
export async function startNode(name: keyof typeof programs): Promise<Running> {
  const [file, dialect] = programs[name];
  const child = fork(join(import.meta.dirname, "../baselines", file));
  const [port] = (await Promise.race([once(child, "message"), once(child, "exit").then(() => [null])])) as [
    number | null,
  ];
  if (port === null) throw new Error(`${file} ended before it listened`);
  return {
    name,
    dialect,
    url: `http://127.0.0.1:${port}`,
    tokens: [],
    freshRoom: () => "everybody",
    async end() {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}
