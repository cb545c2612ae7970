import { limits } from "../../contracts/limits.ts";

// The limit counts bytes of UTF-8, of which a UTF-16 unit has three at most.
const FRAME_CHARS_MAX = Math.floor(limits.FRAME_BYTES_MAX / 4);

/** Sends without an answer, in their order. They outlive connections; their ids make repeating them safe. */
export class Outbox {
  readonly #frames = new Map<string, string>();

  get size(): number {
    return this.#frames.size;
  }

  /** Keeps a send until it is settled; answers the text that sends it. */
  put(id: string, body: string): string {
    const frame = JSON.stringify({ type: "send", id, body });
    this.#frames.set(id, frame);
    return `[${frame}]`;
  }

  /** An answer came. Says whether it was waited for. */
  settle(id: string): boolean {
    return this.#frames.delete(id);
  }

  /** All that waits, in as few texts as the limits of a room allow. */
  frames(): readonly string[] {
    const texts: string[] = [];
    let batch: string[] = [];
    let chars = 0;
    for (const frame of this.#frames.values()) {
      if (
        batch.length >= limits.FRAMES_PER_MESSAGE_MAX ||
        (batch.length > 0 && chars + frame.length > FRAME_CHARS_MAX)
      ) {
        texts.push(`[${batch.join(",")}]`);
        [batch, chars] = [[], 0];
      }
      batch.push(frame);
      chars += frame.length;
    }
    return batch.length === 0 ? texts : [...texts, `[${batch.join(",")}]`];
  }
}
