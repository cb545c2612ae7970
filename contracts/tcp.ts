import { Buffer } from "node:buffer";
import { limits } from "./limits.ts";

/** What is in front of every body: the version, and the length of all with these four bytes in it. */
export const TCP_HEADER_BYTES = 4;
/** The longest body of a frame: its length is a signed 16-bit integer. */
export const TCP_BODY_BYTES_MAX = limits.TCP_FRAME_BYTES_MAX - TCP_HEADER_BYTES;
/** The body of gochat's sign of life, which is not JSON. */
export const TCP_PING = "ping msg";

const VERSION = Buffer.from("v1");
const PART_BYTES_MIN = 512;

/** Says why a stream is not made of gochat's frames, or why a body does not become one. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/**
 * Takes gochat's frames out of a stream that is split or glued at any byte. Every byte is copied a bounded number of
 * times, however small the chunks are, and what waits is never more than twice what arrived of one frame. [TC1] [TC2]
 */
export class FrameReader {
  #part = Buffer.alloc(0);
  #filled = 0;

  /**
   * Hands over the body of every frame that is complete with this chunk, in order. A body may share the chunk's memory.
   * Throws FrameError at the first byte that cannot be ours, after the frames before it; nothing can follow then. [TC3]
   */
  feed(chunk: Uint8Array, take: (body: Uint8Array) => void): void {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#filled > 0) rest = this.#complete(rest, take);
    for (let size = frameBytes(rest); size !== null && size <= rest.length; size = frameBytes(rest)) {
      take(rest.subarray(TCP_HEADER_BYTES, size));
      rest = rest.subarray(size);
    }
    if (rest.length > 0) this.#keep(rest);
  }

  /** Fills up the frame that has begun, first its header. Answers what follows it: nothing while it is not complete. */
  #complete(chunk: Buffer, take: (body: Uint8Array) => void): Buffer {
    const rest = this.#move(chunk, TCP_HEADER_BYTES);
    const size = frameBytes(this.#part.subarray(0, this.#filled));
    if (size === null) return rest;
    const behind = this.#move(rest, size);
    if (this.#filled < size) return behind;
    const body = this.#part.subarray(TCP_HEADER_BYTES, size);
    this.#part = Buffer.alloc(0);
    this.#filled = 0;
    take(body);
    return behind;
  }

  /** Moves bytes into the frame that has begun until it has `size` of them. */
  #move(chunk: Buffer, size: number): Buffer {
    const bytes = Math.max(0, Math.min(chunk.length, size - this.#filled));
    if (bytes > 0) this.#keep(chunk.subarray(0, bytes));
    return chunk.subarray(bytes);
  }

  /** A header alone reserves nothing: thousands of peers that announce long frames would fill the memory. */
  #keep(bytes: Buffer): void {
    const filled = this.#filled + bytes.length;
    if (filled > this.#part.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(filled, PART_BYTES_MIN, 2 * this.#part.length));
      this.#part.copy(grown, 0, 0, this.#filled);
      this.#part = grown;
    }
    bytes.copy(this.#part, this.#filled);
    this.#filled = filled;
  }
}

/** Frames around these bodies, one after the other in one piece of memory. Throws FrameError for one that is too long. */
export function encodeFrames(bodies: readonly string[]): Buffer {
  const sizes = bodies.map((body) => TCP_HEADER_BYTES + Buffer.byteLength(body));
  const bytes = Buffer.allocUnsafeSlow(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const [i, body] of bodies.entries()) {
    const size = sizes[i] ?? 0;
    if (size > limits.TCP_FRAME_BYTES_MAX) throw new FrameError(`a frame of ${size} bytes cannot say its length`);
    bytes.set(VERSION, at);
    bytes.writeInt16BE(size, at + VERSION.length);
    bytes.write(body, at + TCP_HEADER_BYTES);
    at += size;
  }
  return bytes;
}

/** How long the frame at the front is, or null until its header is there. What is there of it must be ours. */
function frameBytes(front: Buffer): number | null {
  const known = Math.min(front.length, VERSION.length);
  if (VERSION.compare(front, 0, known, 0, known) !== 0) throw new FrameError("the frame's version is not v1");
  if (front.length < TCP_HEADER_BYTES) return null;
  const size = front.readInt16BE(VERSION.length);
  if (size < TCP_HEADER_BYTES) throw new FrameError(`a frame's length of ${size} is shorter than its header`);
  return size;
}
