import { Buffer } from "node:buffer";
import { type Address, parseAddress } from "../../contracts/addresses.ts";
import { FrameError } from "../../contracts/tcp.ts";

// haproxy.org/download/1.8/doc/proxy-protocol.txt, section 2.1: the longest line there can be, with its CRLF.
const LINE_BYTES_MAX = 107;
const SIGNATURE = Buffer.from("PROXY ");
const LINE = /^PROXY (?:TCP[46] (\S+) \S+ \d{1,5} \d{1,5}|UNKNOWN(?: .*)?)$/;

/** What a proxy said in front of the stream: the client's address, or null when it names none. */
export type Introduction = { readonly address: Address | null; readonly rest: Buffer };

/** Reads the PROXY line (version 1) with which a trusted proxy may begin a connection. [TC17] */
export class ProxyLine {
  #waiting: Buffer = Buffer.alloc(0);

  /**
   * Answers who the client is and what follows the line, or null while that is not known. A stream that begins without
   * the line is the proxy's own. Throws FrameError for a line that is none.
   */
  feed(chunk: Buffer): Introduction | null {
    const bytes = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    this.#waiting = bytes;
    const known = Math.min(bytes.length, SIGNATURE.length);
    if (SIGNATURE.compare(bytes, 0, known, 0, known) !== 0) return { address: null, rest: bytes };
    const end = bytes.indexOf("\r\n");
    if (end < 0 && bytes.length < LINE_BYTES_MAX) return null;
    if (end < 0 || end + 2 > LINE_BYTES_MAX) throw new FrameError("the PROXY line does not end");
    return { address: parseLine(bytes.toString("latin1", 0, end)), rest: bytes.subarray(end + 2) };
  }
}

function parseLine(line: string): Address | null {
  const fields = LINE.exec(line);
  if (fields === null) throw new FrameError("the PROXY line is malformed");
  if (fields[1] === undefined) return null;
  const address = parseAddress(fields[1]);
  if (address === null) throw new FrameError("the PROXY line's address is none");
  return address;
}
