import { Latencies } from "./latencies.ts";
import type { Member } from "./member.ts";
import type { LoadRoom } from "./room.ts";

/** What a closed loop did. */
export type Driven = {
  readonly acked: number;
  readonly delivered: number;
  readonly seconds: number;
  readonly acks: Latencies;
};

/**
 * Closed loop: each publisher keeps so many sends on their way, for so long, after a warm-up that does not count. What is
 * on its way at the end is waited for, and does not count either.
 */
export async function driveClosed(
  room: LoadRoom,
  publishers: readonly Member[],
  { inFlight, ms, warmUpMs = 300 }: { readonly inFlight: number; readonly ms: number; readonly warmUpMs?: number },
): Promise<Driven> {
  const acks = new Latencies();
  const sentAt = new Map<string, number>();
  let running = true;
  let acked = 0;
  const next = (member: Member) => {
    const nowMs = performance.now();
    sentAt.set(room.send(member, nowMs), nowMs);
  };
  for (const member of publishers) {
    member.onAcked = (id) => {
      const at = sentAt.get(id);
      if (at === undefined) throw new Error(`an ack for ${id}, which nobody waits for`);
      sentAt.delete(id);
      acked++;
      acks.note(performance.now() - at);
      if (running) next(member);
    };
    for (let i = 0; i < inFlight; i++) next(member);
  }
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  acks.clear();
  const before = { acked, delivered: room.delivered, at: performance.now() };
  await new Promise((resolve) => setTimeout(resolve, ms));
  const driven = {
    acked: acked - before.acked,
    delivered: room.delivered - before.delivered,
    seconds: (performance.now() - before.at) / 1_000,
    acks,
  };
  running = false;
  await room.settled();
  return driven;
}

/**
 * Open loop: so many messages a second, whatever the server does, each stamped with the instant at which it was meant to
 * leave. Publishers take turns. Resolves when the last one has left.
 */
export async function driveOpen(
  room: LoadRoom,
  publishers: readonly Member[],
  { perSecond, ms }: { readonly perSecond: number; readonly ms: number },
): Promise<void> {
  for (const member of publishers) member.onAcked = () => {};
  const fromMs = performance.now();
  const total = Math.max(1, Math.round((perSecond * ms) / 1_000));
  const { promise, resolve } = Promise.withResolvers<void>();
  let sent = 0;
  const tick = () => {
    const due = Math.min(total, Math.floor(((performance.now() - fromMs) * perSecond) / 1_000) + 1);
    for (; sent < due; sent++) {
      room.send(publishers[sent % publishers.length] as Member, fromMs + (sent * 1_000) / perSecond);
    }
    if (sent === total) resolve();
    else setTimeout(tick, Math.max(1, fromMs + (sent * 1_000) / perSecond - performance.now()));
  };
  tick();
  return promise;
}
