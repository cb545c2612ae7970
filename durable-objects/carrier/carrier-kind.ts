import type { CarrierStub } from "../../contracts/objects.ts";

/** What hibernating sockets say; the runtime hands it to the object whose sockets they are. */
export type SocketEvents = {
  message(socket: WebSocket, data: string | ArrayBuffer): Promise<void>;
  closed(socket: WebSocket, code: number, reason: string): Promise<void>;
  broken(socket: WebSocket): Promise<void>;
};

/** What a carrier is, by what it holds. `sockets` is null where none of them hibernates. */
export type CarrierKind = CarrierStub & { readonly sockets: SocketEvents | null };
