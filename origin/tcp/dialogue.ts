import { Op } from "../../contracts/gochat.ts";
import { fail, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Packet } from "../../contracts/tcp-packet.ts";
import type { Taken } from "../redis/outbox.ts";
import { trafficMetrics } from "../traffic-metrics.ts";
import { Boarding, type Receiver, type Surroundings } from "./boarding.ts";
import { ackFrame, refusalFrame } from "./frames.ts";
import type { Inbox } from "./inbox.ts";
import type { Wire } from "./wire.ts";

type SendPacket = Extract<Packet, { type: "send" }>;
type BindPacket = Extract<Packet, { type: "bind" }>;

const deliveries = trafficMetrics.deliveries.labels({ carrier: "tcp" });
const MISSED = fail("busy", "messages were missed: connect again");

/** What is done for each frame of one client, and what it is answered. [TC8] [TC12] */
export class Dialogue {
  readonly #wire: Wire;
  readonly #inbox: Pick<Inbox<unknown>, "track">;
  readonly #boarding: Boarding;
  /** An op 6 came: whether it is let in is no longer the client's delay. */
  hasBegun = false;

  constructor(name: string, around: Surroundings, wire: Wire, inbox: Pick<Inbox<unknown>, "track">) {
    this.#wire = wire;
    this.#inbox = inbox;
    this.#boarding = new Boarding(name, around, receiverOf(wire));
  }

  /** Resolves when the next frame's turn has come. Sends go on beside it: they were handed over in order. */
  async take(packet: Packet): Promise<void> {
    if (packet.type === "bind") return this.#bind(packet);
    if (packet.type === "send") return this.#inbox.track(this.#send(packet));
    this.#wire.write(refusalFrame(fail("badRequest", "a client sends op 3 and op 6"), { op: packet.op }));
  }

  leave(): void {
    this.#boarding.leave();
  }

  async #bind({ join }: BindPacket): Promise<void> {
    this.hasBegun = true;
    const reply = join.ok ? await this.#boarding.bind(join.value) : join;
    if (!reply.ok) this.#wire.finish("refused", reply.failure, refusalFrame(reply));
  }

  async #send(packet: SendPacket): Promise<void> {
    const { send, msgId, roomId } = packet;
    const later = (refusal: Refusal) => this.#refuse(packet, refusal);
    const reply = send.ok ? await this.#boarding.send(send.value, msgId, later) : send;
    trafficMetrics.sends.inc({ carrier: "tcp", outcome: outcomeOf(reply) });
    if (!reply.ok) this.#refuse(packet, reply);
    else if (msgId !== null) this.#wire.write(ackFrame(roomId, msgId));
  }

  #refuse({ roomId, msgId }: SendPacket, refusal: Refusal): void {
    const frame = refusalFrame(refusal, { op: Op.roomSend, roomId, msgId });
    if (refusal.failure === "session") this.#wire.finish("session", "", frame);
    else this.#wire.write(frame);
  }
}

function outcomeOf(reply: Reply<Taken>): string {
  return reply.ok ? reply.value.type : reply.failure;
}

function receiverOf(wire: Wire): Receiver {
  return {
    deliver: ({ bytes, messages }) => {
      if (wire.write(bytes)) deliveries.inc(messages);
    },
    tell: ({ bytes }) => wire.write(bytes),
    ended: (refusal) => {
      const reason = refusal.failure === "session" ? "session" : "seatLost";
      wire.finish(reason, refusal.failure, refusalFrame(refusal));
    },
    missed: () => wire.finish("missed", "the log went on without it", refusalFrame(MISSED)),
  };
}
