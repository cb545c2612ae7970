import { limits } from "../../contracts/limits.ts";
import type { UplinkRequest } from "../../contracts/uplink.ts";
import { edgeMetrics } from "./metrics.ts";
import type { EdgePlatform, UplinkSocket } from "./platform.ts";

/** While the network has more than this to take, requests wait and leave together. */
const BUFFERED_BYTES_MAX = 262_144;
/** How often it is looked at then. */
const LOOK_MS = 2;

/**
 * Requests on their way to the edge, in order. Those of one turn leave in one frame; while the socket is behind, those
 * of many turns do. [UC3]
 */
export class Outbound {
  readonly #platform: Pick<EdgePlatform, "after" | "soon">;
  #socket: UplinkSocket | null = null;
  #queue: string[] = [];
  #bytes = 0;
  #isDue = false;

  constructor(platform: Pick<EdgePlatform, "after" | "soon">) {
    this.#platform = platform;
  }

  /** What waits here or in the socket, in bytes. */
  get bytes(): number {
    return this.#bytes + (this.#socket?.bufferedAmount ?? 0);
  }

  /** The uplink stands: what is put from now on goes there. */
  open(socket: UplinkSocket): void {
    this.#socket = socket;
  }

  /** It broke: what did not leave never will. */
  close(): void {
    this.#socket = null;
    this.#queue = [];
    this.#bytes = 0;
  }

  put(request: UplinkRequest): void {
    if (this.#socket === null) return;
    const text = JSON.stringify(request);
    this.#queue.push(text);
    this.#bytes += Buffer.byteLength(text) + 1;
    if (this.#isDue) return;
    this.#isDue = true;
    this.#platform.soon(() => this.#flush());
  }

  #flush(): void {
    this.#isDue = false;
    const socket = this.#socket;
    if (socket === null || this.#queue.length === 0) return;
    if (socket.bufferedAmount > BUFFERED_BYTES_MAX) {
      this.#isDue = true;
      this.#platform.after(LOOK_MS, () => this.#flush());
      return;
    }
    for (const requests of cut(this.#queue)) {
      edgeMetrics.frameEvents.observe({ direction: "out" }, requests.length);
      socket.send(`[${requests.join(",")}]`);
    }
    this.#queue = [];
    this.#bytes = 0;
  }
}

/** As few frames as the limits of an uplink allow. */
function* cut(requests: readonly string[]): Generator<readonly string[]> {
  let frame: string[] = [];
  let bytes = 2;
  for (const request of requests) {
    const size = Buffer.byteLength(request) + 1;
    const isFull = frame.length >= limits.UPLINK_REQUESTS_PER_FRAME_MAX || bytes + size > limits.UPLINK_FRAME_BYTES_MAX;
    if (isFull && frame.length > 0) {
      yield frame;
      frame = [];
      bytes = 2;
    }
    frame.push(request);
    bytes += size;
  }
  yield frame;
}
