import { Buffer } from "node:buffer";

/** Opcodes of RFC 6455, section 5.2. */
export const Opcode = { text: 1, close: 8, ping: 9, pong: 10 } as const;

const FIN = 0x80;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const NOTHING = Buffer.alloc(0);

/**
 * One frame of a client (RFC 6455, section 5.2). Its masking key is zero, which leaves the payload as it is: the key keeps
 * scripts from steering what proxies see, and here is neither.
 */
export function encodeClientFrame(payload: string, opcode: number = Opcode.text): Buffer {
  const bytes = Buffer.byteLength(payload);
  const extended = bytes < LENGTH_16 ? 0 : bytes < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(2 + extended + 4 + bytes);
  frame[0] = FIN | opcode;
  if (extended === 0) frame[1] = MASKED | bytes;
  else if (extended === 2) {
    frame[1] = MASKED | LENGTH_16;
    frame.writeUInt16BE(bytes, 2);
  } else {
    frame[1] = MASKED | LENGTH_64;
    frame.writeBigUInt64BE(BigInt(bytes), 2);
  }
  frame.write(payload, 6 + extended);
  return frame;
}

/**
 * Cuts a server's bytes into frames. A payload that lies whole in a chunk is a view of it and is valid only during the
 * call. Throws at a fragment, at a masked frame and at a compressed one: none of the servers here sends any.
 */
export class FrameReader {
  readonly #onFrame: (opcode: number, payload: Buffer) => void;
  /** Bytes of a frame that has not come whole; null between frames. */
  #partial: Buffer | null = null;
  #filled = 0;

  constructor(onFrame: (opcode: number, payload: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  read(chunk: Buffer): void {
    const rest = this.#partial === null ? chunk : this.#fill(chunk);
    let at = 0;
    for (;;) {
      const size = sizeAt(rest, at);
      if (size === null || at + size.header + size.payload > rest.length) break;
      const payloadAt = at + size.header;
      at = payloadAt + size.payload;
      this.#onFrame(size.opcode, rest.subarray(payloadAt, at));
    }
    if (at < rest.length) this.#keep(rest, at);
  }

  /** Tops up the partial frame; answers what is behind it, or nothing while it is not whole. */
  #fill(chunk: Buffer): Buffer {
    const partial = this.#partial as Buffer;
    const taken = chunk.copy(partial, this.#filled);
    this.#filled += taken;
    if (this.#filled < partial.length) return NOTHING;
    this.#partial = null;
    const size = sizeAt(partial, 0);
    if (size !== null && size.header + size.payload === partial.length) {
      this.#onFrame(size.opcode, partial.subarray(size.header));
      return chunk.subarray(taken);
    }
    // Only the header was missing: its length is known now.
    return Buffer.concat([partial, chunk.subarray(taken)]);
  }

  #keep(rest: Buffer, at: number): void {
    const size = sizeAt(rest, at);
    const known = rest.length - at;
    this.#partial = Buffer.allocUnsafe(size === null ? headerBytes(rest, at, known) : size.header + size.payload);
    this.#filled = rest.copy(this.#partial, 0, at);
  }
}

type Size = { readonly opcode: number; readonly header: number; readonly payload: number };

function headerBytes(bytes: Buffer, at: number, known: number): number {
  if (known < 2) return 2;
  const length = bytes[at + 1] as number;
  return length === LENGTH_16 ? 4 : length === LENGTH_64 ? 10 : 2;
}

/** Of the frame that begins there; null while its header has not come whole. */
function sizeAt(bytes: Buffer, at: number): Size | null {
  const known = bytes.length - at;
  if (known < 2) return null;
  const first = bytes[at] as number;
  const length = bytes[at + 1] as number;
  if ((first & 0xf0) !== FIN || length >= MASKED)
    throw new Error("the server sent a fragmented, compressed or masked frame");
  const header = headerBytes(bytes, at, known);
  if (known < header) return null;
  const opcode = first & 0x0f;
  if (header === 2) return { opcode, header, payload: length };
  return { opcode, header, payload: header === 4 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2)) };
}
