import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import ipaddr from "ipaddr.js";
import { parseAddress } from "../../contracts/addresses.ts";

/**
 * How long the kernel may repeat bytes that a peer does not acknowledge. Keep-alive probes do not run meanwhile, the
 * kernel itself goes on for a quarter of an hour, and Node 24 has no TCP_USER_TIMEOUT. [TC7]
 */
const UNACKNOWLEDGED_MS_MAX = 40_000;
const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];
// sl, local, remote, state, queues, timer:when (timer 1 is the retransmission), retransmissions, all but the first in hex.
const LINE = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]{2} \S+ 01:[0-9A-F]+ ([0-9A-F]+) /;

/** What tells a socket from all others of this machine. */
type Ends = Pick<Socket, "localPort" | "remoteAddress" | "remotePort">;

/** Names a connection by its local port, and its peer's address and port. */
export function connectionKey(localPort: number, address: string, port: number): string {
  return `${localPort} ${parseAddress(address)?.toString() ?? address} ${port}`;
}

/** The keys of connections for which the kernel repeats bytes, from the text of a table of Linux. */
export function readRetransmitting(table: string): readonly string[] {
  // Thousands of lines, few of which have this timer: the expression is for those.
  const waiting = table.split("\n").filter((line) => line.includes(" 01:"));
  return waiting.flatMap((line) => {
    const [, localPort = "", address = "", port = "", retransmissions = ""] = LINE.exec(line) ?? [];
    if (retransmissions === "" || Number.parseInt(retransmissions, 16) === 0) return [];
    return [connectionKey(Number.parseInt(localPort, 16), toAddress(address), Number.parseInt(port, 16))];
  });
}

/** Finds the peers that acknowledge nothing any more. Elsewhere than on Linux it finds none. [TC7] */
export class Retransmissions {
  readonly #readTables: () => Promise<string>;
  /** Since when, by key, in milliseconds since 1970. */
  #since = new Map<string, number>();

  constructor(readTables: () => Promise<string> = readKernelTables) {
    this.#readTables = readTables;
  }

  /** Looks again, and answers which sockets have been waiting for too long. */
  async overdue<S extends Ends>(sockets: Iterable<S>, nowMs: number): Promise<readonly S[]> {
    const keys = readRetransmitting(await this.#readTables());
    this.#since = new Map(keys.map((key) => [key, this.#since.get(key) ?? nowMs]));
    if (keys.length === 0) return [];
    return [...sockets].filter((socket) => nowMs - (this.#sinceOf(socket) ?? nowMs) >= UNACKNOWLEDGED_MS_MAX);
  }

  #sinceOf({ localPort = 0, remoteAddress = "", remotePort = 0 }: Ends): number | undefined {
    return this.#since.get(connectionKey(localPort, remoteAddress, remotePort));
  }
}

async function readKernelTables(): Promise<string> {
  const texts = await Promise.allSettled(TABLES.map((path) => readFile(path, "utf8")));
  return texts.map((text) => (text.status === "fulfilled" ? text.value : "")).join("\n");
}

/** The kernel writes addresses as words of four bytes, each in its own order of bytes: the lowest first, here. */
function toAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, "hex")].reverse());
  return ipaddr.fromByteArray(bytes).toString();
}
