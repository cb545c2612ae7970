import { DurableObject } from "cloudflare:workers";
import type { FailureName } from "../../contracts/failures.ts";
import type { DirectMessage, GochatFrame } from "../../contracts/gochat.ts";
import type { CarrierSeat, CarrierStub, Delivery, EndedSession } from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import { traceObjects } from "../../contracts/trace-hops.ts";
import { UPLINK_CARRIER_PREFIX } from "../../contracts/uplink.ts";
import type { ObjectEnv } from "../lib/env.ts";
import type { CarrierKind } from "./carrier-kind.ts";
import { GochatCarrier } from "./gochat-carrier.ts";
import { UplinkCarrier } from "./uplink/uplink-carrier.ts";

/** Holds sockets that are not a room's own. Its name says which: a replica of the origin, or gochat's. */
export class CarrierObject extends DurableObject<ObjectEnv> implements CarrierStub {
  static {
    receiveCalls(CarrierObject.prototype, { object: "carrier" });
  }
  readonly #kind: CarrierKind;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, traceObjects(env));
    const isUplink = (ctx.id.name ?? "").startsWith(UPLINK_CARRIER_PREFIX);
    this.#kind = isUplink ? new UplinkCarrier(ctx, this.env) : new GochatCarrier(ctx, this.env);
  }

  // RPC

  async deliver(delivery: Delivery): Promise<string> {
    return this.#kind.deliver(delivery);
  }

  async tell(room: string, frame: GochatFrame, onlyUserId?: number): Promise<string> {
    return this.#kind.tell(room, frame, onlyUserId);
  }

  async seats(room: string): Promise<readonly CarrierSeat[]> {
    return this.#kind.seats(room);
  }

  async dismiss(room: string, failure: FailureName, onlyUserId?: number): Promise<void> {
    return this.#kind.dismiss(room, failure, onlyUserId);
  }

  async direct(userId: number, messages: readonly DirectMessage[]): Promise<void> {
    return this.#kind.direct(userId, messages);
  }

  async revoke(sessions: readonly EndedSession[]): Promise<number> {
    return this.#kind.revoke(sessions);
  }

  // Sockets

  override async fetch(request: Request): Promise<Response> {
    return this.#kind.fetch(request);
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    await this.#kind.sockets?.message(socket, data);
  }

  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    await this.#kind.sockets?.closed(socket, code, reason);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#kind.sockets?.broken(socket);
  }
}
