import type { RawFrame } from "./raw-frame.ts";
import { RawRoom } from "./raw-room.ts";

/** One write for each message and one frame for each message and socket; the runtime holds both until the write is on disk. */
export class OneWriteRoom extends RawRoom {
  override async webSocketMessage(socket: WebSocket, text: string): Promise<void> {
    const { id, body } = JSON.parse(text) as { readonly id: string; readonly body: string };
    const event = this.append(socket.deserializeAttachment() as number, body, Date.now());
    socket.send(JSON.stringify({ ok: [[id, event.seq]] } satisfies RawFrame));
    this.broadcast([event]);
  }
}
